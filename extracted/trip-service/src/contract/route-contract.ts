import type { RouteContract as AnyRouteContract } from '@banyan/platform';
import type { ProblemName } from './problems.ts';

/** One route of the service. */
export type RouteContract = AnyRouteContract<ProblemName>;
