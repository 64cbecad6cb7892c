import { expressPath, fields } from '@banyan/platform';
import { tripContract } from '../contract/index.ts';
import type { Location } from '../domain/location.ts';
import type { Locations } from '../store/locations.ts';
import type { Trips } from '../store/trips.ts';
import { pointJson } from './json.ts';
import type { PositionStreams } from './position-streams.ts';
import { refusal } from './refusal.ts';
import { readRequest, serve, type Router } from './serve.ts';
import { visibleTrip } from './visible-trip.ts';

export interface TrackingParts {
  readonly trips: Trips;
  readonly locations: Locations;
  readonly streams: PositionStreams;
  readonly now: () => Date;
}

export function addTrackingRoutes(router: Router, { trips, locations, streams, now }: TrackingParts): void {
  serve(router, tripContract.recordPoint, async ({ caller, params, body }) => {
    const { id: tripId } = await visibleTrip(trips, caller, params.tripId);
    const { lat, lon, speedMetresPerSecond = null, recordedAt } = body;
    const moment = recordedAt ?? now().toISOString();
    const location = await locations.record({ tripId, lat, lon, speedMetresPerSecond, recordedAt: moment });
    if (location) return pointJson(location);
    throw refusal('trip-not-started', `Trip ${tripId} is not under way; only started trips are tracked.`);
  });

  serve(router, tripContract.readLatestPoint, async ({ caller, params }) => {
    const { id } = await visibleTrip(trips, caller, params.tripId);
    const location = await locations.latest(id);
    if (location) return pointJson(location);
    throw refusal('no-position', `Trip ${id} has no position yet.`);
  });

  router.get(expressPath(tripContract.streamPoints), async (request, response) => {
    const { caller, params } = readRequest(tripContract.streamPoints, request);
    const { id: tripId } = await visibleTrip(trips, caller, params.tripId);
    const lastSeen = await lastSeenBy(request.get('last-event-id'), tripId);
    const lifetimeMs = caller.expiresAtSeconds * 1_000 - now().getTime();
    streams.open(response, { tripId, lastSeen, lifetimeMs });
  });

  /** Undefined also for an id that this database does not have (yet): the stream then begins with the latest point. */
  async function lastSeenBy(lastEventId: string | undefined, tripId: number): Promise<Location | undefined> {
    const id = fields.idText.safeParse(lastEventId);
    return id.success ? locations.find(tripId, id.data) : undefined;
  }
}
