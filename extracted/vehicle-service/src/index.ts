/**
 * vehicle-service: vehicles, their sensors and diagnostics, the state of the fleet: its own database, its public contract, its events.
 * It must never import another room than platform, or know that there is a legacy side.
 * Start reading at `compose.ts`; the rules are in `domain/vehicle-commands.ts`.
 */
export { composeVehicleService, type VehicleServiceParts } from './compose.ts';
export { readVehicleConfig, vehicleConfig, type VehicleConfig } from './config.ts';
export { vehicleMigrations } from './store/migrations.ts';
