import { cutPage, decodeCursor } from '@banyan/platform';
import { tripContract, tripCursor, type TripJson } from '../contract/index.ts';
import type { TripCommand } from '../domain/transition.ts';
import type { Trips } from '../store/trips.ts';
import { tripJson } from './json.ts';
import { refusal } from './refusal.ts';
import { serve, type Router } from './serve.ts';
import { mayKnow, type TripCaller } from './trip-caller.ts';
import { visibleTrip } from './visible-trip.ts';

export function addTripRoutes(router: Router, trips: Trips): void {
  serve(router, tripContract.requestTrip, async ({ caller, body }) => {
    const { pickup, dropoff, stops, vehicleId } = body;
    const { userId } = caller;
    return tripJson(await trips.request({ userId, pickup, dropoff, stops: stops ?? [], vehicleId: vehicleId ?? null }));
  });

  serve(router, tripContract.listTrips, async ({ caller, query }) => {
    const { status, limit, cursor } = query;
    const [requestedAt, id] = cursor === undefined ? [] : decodeCursor(tripCursor, cursor);
    const after = requestedAt === undefined || id === undefined ? undefined : { requestedAt, id };
    const found = await trips.list({ userId: listedUser(caller, query.userId), status, after, limit: limit + 1 });
    return cutPage(found.map(tripJson), limit, (last) => [last.requestedAt, last.id]);
  });

  serve(router, tripContract.readTrip, async ({ caller, params }) =>
    tripJson(await visibleTrip(trips, caller, params.id)),
  );

  serve(router, tripContract.startTrip, ({ caller, params, body }) =>
    move(trips, caller, params.id, { kind: 'start', vehicleId: body.vehicleId ?? null }),
  );
  serve(router, tripContract.completeTrip, ({ caller, params }) =>
    move(trips, caller, params.id, { kind: 'complete' }),
  );
  serve(router, tripContract.cancelTrip, ({ caller, params, body }) =>
    move(trips, caller, params.id, { kind: 'cancel', reason: body.reason ?? null }),
  );
}

function listedUser({ userId, isOperator }: TripCaller, asked: number | undefined): number {
  if (asked === undefined || asked === userId || isOperator) return asked ?? userId;
  throw refusal('forbidden', 'Only operators may list the trips of others.');
}

async function move(trips: Trips, caller: TripCaller, id: number, command: TripCommand): Promise<TripJson> {
  const result = await trips.move(id, command, (trip) => mayKnow(caller, trip));
  switch (result.kind) {
    case 'moved':
      return tripJson(result.trip);
    case 'not-found':
      throw refusal('trip-not-found', `There is no trip ${id}.`);
    case 'illegal':
      throw refusal('illegal-trip-transition', `Trip ${id} is ${result.from}; it cannot become ${result.to}.`);
    case 'needs-vehicle':
      throw refusal('trip-without-vehicle', `Trip ${id} has no vehicle; name one to start it.`);
    default:
      return result satisfies never;
  }
}
