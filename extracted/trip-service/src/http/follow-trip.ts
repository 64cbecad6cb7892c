import { messageOf, type Logger } from '@banyan/platform';
import type { Location } from '../domain/location.ts';
import type { Trip } from '../domain/trip.ts';
import type { Locations } from '../store/locations.ts';
import type { Trips } from '../store/trips.ts';
import type { EventStream, ServerEvent } from './event-stream.ts';
import { pointJson } from './json.ts';
import type { Signal } from './signal.ts';

export interface StreamStart {
  readonly tripId: number;
  /** The stream goes on after it; without it the latest point comes first. */
  readonly lastSeen: Location | undefined;
}

export interface FollowParts {
  readonly trips: Pick<Trips, 'find'>;
  readonly locations: Pick<Locations, 'latest' | 'after'>;
  readonly log: Logger;
}

/** Points read, and held in memory, at once. */
const batchCount = 100;

/**
 * Sends the points of a trip in the order of their moments until the trip ends or the stream closes; reads the table whenever
 * `news` comes. A point that arrives after a later one was sent is left out: on a map the trip would jump back.
 */
export async function followTrip(
  stream: EventStream,
  news: Signal,
  start: StreamStart,
  parts: FollowParts,
): Promise<void> {
  try {
    let last = start.lastSeen ?? (await sendLatest(stream, start.tripId, parts));
    while (stream.isOpen) {
      // Before its points: what was recorded before the trip ended is then among them.
      const trip = await parts.trips.find(start.tripId);
      const points = await parts.locations.after(start.tripId, last, batchCount);
      await stream.send(points.map(positionEvent));
      last = points.at(-1) ?? last;
      if (points.length === batchCount) continue;
      if (!isUnderWay(trip)) stream.end(trip && endEvent(trip));
      else await news.wait();
    }
  } catch (err) {
    // The client connects again and resumes after the last event it got.
    parts.log.warn({ event: 'stream.failed', err }, messageOf(err));
    stream.end();
  }
}

async function sendLatest(
  stream: EventStream,
  tripId: number,
  { locations }: FollowParts,
): Promise<Location | undefined> {
  const latest = await locations.latest(tripId);
  if (latest) await stream.send([positionEvent(latest)]);
  return latest;
}

function isUnderWay(trip: Trip | undefined): boolean {
  return trip?.status === 'requested' || trip?.status === 'started';
}

function positionEvent(location: Location): ServerEvent {
  return { id: location.id, event: 'position', data: pointJson(location) };
}

function endEvent({ id, status }: Trip): ServerEvent {
  return { event: 'end', data: { tripId: id, status } };
}
