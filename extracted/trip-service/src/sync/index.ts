/**
 * trip-service/sync: the service's records as synchronisation reads and writes them: whole, with their ids, in sets.
 * It must never emit an event or decide a business rule: what it writes happened, and was told, on the other side.
 * Start reading at `../store/trip-row.ts`.
 */
export type { Trip as TripRecord } from '../domain/trip.ts';
export type { Location as LocationRecord } from '../domain/location.ts';
export { tripFromRow as tripRecordFromRow, tripRecords as tripStore } from '../store/trip-row.ts';
export { locationFromRow as locationRecordFromRow, locationRecords as locationStore } from '../store/location-row.ts';
