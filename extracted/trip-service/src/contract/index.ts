/**
 * trip-service/contract: the public interface as data: every route with its schemas, the JSON types, the OpenAPI document.
 * It must never do I/O or hold a rule of the domain.
 * Start reading at `routes.ts`.
 */
export { commonProblems, problemDocument as problem } from '@banyan/platform';
export { openApiDocument } from './openapi.ts';
export { problems, type ProblemName } from './problems.ts';
export { tripContract } from './routes.ts';
export type { RouteContract } from './route-contract.ts';
export { point, type PointJson } from './tracking.ts';
export { trip, tripCursor, type TripJson } from './trips.ts';
