import type { PointJson, TripJson } from '../contract/index.ts';
import type { Location } from '../domain/location.ts';
import type { Trip } from '../domain/trip.ts';

export function tripJson(trip: Trip): TripJson {
  const { id, userId, vehicleId, status, pickup, dropoff, distanceMetres } = trip;
  const { requestedAt, startedAt, completedAt, cancelledAt, cancelReason } = trip;
  const moments = { requestedAt, startedAt, completedAt, cancelledAt };
  return { id, userId, vehicleId, status, pickup, dropoff, distanceMetres, ...moments, cancelReason };
}

export function pointJson({ id, tripId, lat, lon, speedMetresPerSecond, recordedAt }: Location): PointJson {
  return { id, tripId, lat, lon, speedMetresPerSecond, recordedAt };
}
