/**
 * tests: the harness and the tests that need more than one room: end to end, chaos, conformance.
 * It must never be imported by a room, and it meets the rooms only where users do.
 * Start reading at `harness/global-postgres.ts`.
 */
export { setup } from './harness/global-postgres.ts';
export { startFacadeUnderTest } from './conformance/facade-under-test.ts';
export { hostileCases, type HostileCase, type StartProxy, type Verdict } from './conformance/hostile-cases.ts';
