/**
 * control: the control plane. Today it writes the operator's intent into Unleash; hand-offs, evidence and canaries join it here.
 * It must never sit on the request path: the facade decides without asking it.
 * Start reading at `flags/flag-intent.ts`: what an operator can want.
 */
export { intentOf, storedStrategySchema, strategiesFor, type FlagIntent } from './flags/flag-intent.ts';
export { createUnleashAdmin, type UnleashAdmin } from './flags/unleash-admin.ts';
export type { UnleashAdminOptions } from './flags/unleash-http.ts';
