import type { Database, Transaction } from '@banyan/platform';
import { requestTrip, type TripRequest } from '../domain/request-trip.ts';
import { transition, type Transition, type TripCommand } from '../domain/transition.ts';
import type { Trip } from '../domain/trip.ts';
import { tripEvent } from '../domain/trip-event.ts';
import { appendEvent } from './outbox.ts';
import { findTrip, insertTrip, listTrips, lockTrip, updateTrip, type TripListing } from './trip-statements.ts';

/** The trips of the database. A command and its event are committed together or not at all. */
export interface Trips {
  request(request: TripRequest): Promise<Trip>;
  /** @param isVisible - whether the caller may know of the trip; if not, it is not found */
  move(id: number, command: TripCommand, isVisible: (trip: Trip) => boolean): Promise<Transition | NotFound>;
  find(id: number): Promise<Trip | undefined>;
  /** Newest first. */
  list(listing: TripListing): Promise<readonly Trip[]>;
}

interface NotFound {
  readonly kind: 'not-found';
}

export interface TripsParts {
  readonly database: Database;
  readonly now: () => Date;
}

export function createTrips({ database, now }: TripsParts): Trips {
  return {
    request: (request) =>
      database.transaction(async (tx) => {
        const trip = await insertTrip(tx, requestTrip(request, now()));
        await appendEvent(tx, tripEvent('TripRequested', trip, trip.requestedAt));
        return trip;
      }),
    move: (id, command, isVisible) =>
      database.transaction(async (tx) => {
        const trip = await lockTrip(tx, id);
        if (!trip || !isVisible(trip)) return { kind: 'not-found' };
        return saveMove(tx, transition(trip, command, now()));
      }),
    find: (id) => findTrip(database, id),
    list: (listing) => listTrips(database, listing),
  };
}

async function saveMove(tx: Transaction, result: Transition): Promise<Transition> {
  if (result.kind === 'moved') {
    await updateTrip(tx, result.trip);
    await appendEvent(tx, result.event);
  }
  return result;
}
