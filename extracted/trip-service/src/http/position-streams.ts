import type { ServerResponse } from 'node:http';
import type { Metrics } from '@banyan/platform';
import { openEventStream, type EventStream, type EventStreamTimes } from './event-stream.ts';
import { followTrip, type FollowParts, type StreamStart } from './follow-trip.ts';
import { refusal } from './refusal.ts';
import { createSignal, type Signal } from './signal.ts';

/** The open streams of positions. Each reads the table when it is woken, so a slow client costs no memory. */
export interface PositionStreams {
  /** @throws {ProblemError} 503 too-many-streams, before anything was answered */
  open(response: ServerResponse, start: LimitedStart): void;
  /** Something about the trip may have changed. */
  wake(tripId: number): void;
  wakeAll(): void;
  /** Ends every stream; their clients connect again, elsewhere, and resume. */
  close(): Promise<void>;
}

interface LimitedStart extends StreamStart {
  /** How long the caller's token is good for: the stream ends with it, and a new one needs a new token. */
  readonly lifetimeMs: number;
}

export interface PositionStreamsParts extends FollowParts, EventStreamTimes {
  readonly metrics: Metrics;
  readonly streamCountLimit: number;
}

/** Node takes a longer time for no time at all. */
const longestTimerMs = 2_147_483_647;

interface OpenStream {
  readonly tripId: number;
  readonly stream: EventStream;
  readonly news: Signal;
}

export function createPositionStreams(parts: PositionStreamsParts): PositionStreams {
  const running = new Map<OpenStream, Promise<void>>();
  const byTrip = new Map<number, Set<OpenStream>>();
  const gauge = parts.metrics.gauge('trip_position_streams', 'Open streams of positions.');
  let isClosing = false;

  function add(open: OpenStream, run: Promise<void>): void {
    running.set(open, run);
    byTrip.set(open.tripId, (byTrip.get(open.tripId) ?? new Set()).add(open));
    gauge.set(running.size);
  }

  function remove(open: OpenStream): void {
    running.delete(open);
    const others = byTrip.get(open.tripId);
    others?.delete(open);
    if (others?.size === 0) byTrip.delete(open.tripId);
    gauge.set(running.size);
  }

  return {
    open(response, start) {
      if (isClosing || running.size >= parts.streamCountLimit) throw full(response);
      const stream = openEventStream(response, parts);
      const news = createSignal();
      const open = { tripId: start.tripId, stream, news };
      const lifetime = setTimeout(() => end(open), Math.min(start.lifetimeMs, longestTimerMs));
      response.once('close', () => {
        clearTimeout(lifetime);
        news.set();
      });
      add(
        open,
        followTrip(stream, news, start, parts).finally(() => remove(open)),
      );
    },
    wake(tripId) {
      for (const { news } of byTrip.get(tripId) ?? []) news.set();
    },
    wakeAll() {
      for (const { news } of running.keys()) news.set();
    },
    async close() {
      isClosing = true;
      for (const open of running.keys()) end(open);
      await Promise.all(running.values());
    },
  };
}

/** What follows the trip wakes up and sees that its stream has ended. */
function end({ stream, news }: OpenStream): void {
  stream.end();
  news.set();
}

function full(response: ServerResponse): Error {
  response.setHeader('retry-after', '5');
  return refusal('too-many-streams', 'This instance serves as many streams as it can; connect again a little later.');
}
