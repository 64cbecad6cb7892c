/**
 * trip-service: trips, their routes and where they are: its own database, its public contract, its events.
 * It must never import another room than platform, or know that there is a legacy side.
 * Start reading at `compose.ts`; the life of a trip is in `domain/transition.ts`.
 */
export { composeTripService, type TripServiceParts } from './compose.ts';
export { readTripConfig, tripConfig, type TripConfig } from './config.ts';
export { tripMigrations } from './store/migrations.ts';
