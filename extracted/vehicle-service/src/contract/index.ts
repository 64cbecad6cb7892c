/**
 * vehicle-service/contract: the public interface as data: every route with its schemas, the JSON types, the OpenAPI document.
 * It must never do I/O or hold a rule of the domain.
 * Start reading at `routes.ts`.
 */
export { diagnostic, type DiagnosticJson } from './diagnostics.ts';
export { idCursor } from './fields.ts';
export { fleetStatus, type FleetStatusJson } from './fleet.ts';
export { commonProblems, problemDocument as problem } from '@banyan/platform';
export { openApiDocument } from './openapi.ts';
export { problems, type ProblemName } from './problems.ts';
export type { RouteContract } from './route-contract.ts';
export { vehicleContract } from './routes.ts';
export { sensor, type SensorJson } from './sensors.ts';
export { vehicle, type VehicleJson } from './vehicles.ts';
