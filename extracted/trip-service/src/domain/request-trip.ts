import { optimiseRoute } from './optimise-route.ts';
import type { Place, Trip } from './trip.ts';

export interface TripRequest {
  readonly userId: number;
  readonly vehicleId: number | null;
  readonly pickup: Place;
  readonly dropoff: Place;
  /** Between pickup and dropoff, in any order. */
  readonly stops: readonly Place[];
}

/** The trip that a request begins; its id comes with its row. */
export function requestTrip({ stops, ...request }: TripRequest, now: Date): Omit<Trip, 'id'> {
  return {
    ...request,
    ...optimiseRoute([request.pickup, ...stops, request.dropoff]),
    status: 'requested',
    requestedAt: now.toISOString(),
    startedAt: null,
    completedAt: null,
    cancelledAt: null,
    cancelReason: null,
    version: 1,
  };
}
