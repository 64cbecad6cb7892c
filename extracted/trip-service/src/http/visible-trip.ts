import type { Trip } from '../domain/trip.ts';
import type { Trips } from '../store/trips.ts';
import { refusal } from './refusal.ts';
import { mayKnow, type TripCaller } from './trip-caller.ts';

/** @throws {ProblemError} 404 trip-not-found, also when the trip is another user's */
export async function visibleTrip(trips: Trips, caller: TripCaller, id: number): Promise<Trip> {
  const trip = await trips.find(id);
  if (trip && mayKnow(caller, trip)) return trip;
  throw refusal('trip-not-found', `There is no trip ${id}.`);
}
