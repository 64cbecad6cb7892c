import type { Response } from 'express';
import type pg from 'pg';
import { findTrip } from '../dao/trip-dao.ts';
import { latestPoint, pointsAfter, type Point } from '../dao/trk-dao.ts';
import { messageOf } from '../legacy-error.ts';
import { Refusal } from '../http/refusal.ts';
import type { Log } from '../log.ts';

export interface PositionStreams {
  /**
   * Answers with server-sent events until the trip ends, the client goes, or `close`.
   *
   * @throws {Refusal} 503 too-many-streams, before anything was answered
   */
  open(response: Response, start: StreamStart): void;
  /** Ends every stream; the clients connect again and resume elsewhere. */
  close(): Promise<void>;
}

interface StreamStart {
  readonly tripId: number;
  /** The stream continues after it; without it the latest point comes first. */
  readonly lastSeen: Point | undefined;
}

export interface PositionStreamsParts {
  readonly pool: pg.Pool;
  readonly log: Log;
  readonly pollMs?: number;
  readonly heartbeatMs?: number;
  /** Each stream asks the database once a second. */
  readonly streamLimit?: number;
}

/** Each stream looks into the table once a second: this program has nobody who would tell it. */
export function createPositionStreams(parts: PositionStreamsParts): PositionStreams {
  const running = new Map<Response, Promise<void>>();
  let isClosing = false;
  return {
    open(response, start) {
      // A request that was let in before and asks only now.
      if (isClosing) return void response.status(503).end();
      if (running.size >= (parts.streamLimit ?? 500)) throw full(response);
      const stopHeartbeat = openEvents(response, parts.heartbeatMs ?? 15_000);
      const run = follow(response, start, parts).finally(() => {
        stopHeartbeat();
        running.delete(response);
      });
      running.set(response, run);
    },
    async close() {
      isClosing = true;
      for (const response of running.keys()) response.end();
      await Promise.all(running.values());
    },
  };
}

function full(response: Response): Refusal {
  response.set('retry-after', '5');
  return new Refusal(503, 'too-many-streams', 'Connect again a little later.');
}

/** @returns what stops the heartbeat */
function openEvents(response: Response, everyMs: number): () => void {
  // no-transform and x-accel-buffering: a proxy that compresses or buffers would hold events back.
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store, no-transform',
    'x-accel-buffering': 'no',
  });
  response.write('retry: 1000\n\n');
  const timer = setInterval(() => {
    if (isOpen(response) && !response.writableNeedDrain) response.write(': heartbeat\n\n');
  }, everyMs);
  return () => clearInterval(timer);
}

async function follow(response: Response, start: StreamStart, parts: PositionStreamsParts): Promise<void> {
  const { tripId } = start;
  const { pool, log, pollMs = 1_000 } = parts;
  try {
    let last = start.lastSeen ?? (await latestPoint(pool, tripId));
    if (last && !start.lastSeen) sendPoints(response, [last]);
    while (isOpen(response)) {
      if (!response.writableNeedDrain) last = await sendNews(response, { tripId, lastSeen: last }, pool);
      await pause(response, pollMs);
    }
  } catch (err) {
    // The client connects again and resumes after the last id it got.
    log.warn({ event: 'stream.failed', tripId, reason: messageOf(err) }, 'position stream failed');
    response.end();
  }
}

async function sendNews(
  response: Response,
  { tripId, lastSeen }: StreamStart,
  pool: pg.Pool,
): Promise<Point | undefined> {
  // The trip is read before its points: what was recorded before it ended is sent before the end.
  const trip = await findTrip(pool, tripId);
  const points = await pointsAfter(pool, tripId, lastSeen);
  sendPoints(response, points);
  if (points.length === 0 && (trip?.status === 'completed' || trip?.status === 'cancelled'))
    response.end(`event: end\ndata: ${JSON.stringify({ tripId, status: trip.status })}\n\n`);
  return points.at(-1) ?? lastSeen;
}

function sendPoints(response: Response, points: readonly Point[]): void {
  if (!isOpen(response)) return;
  for (const point of points) response.write(`id: ${point.id}\nevent: position\ndata: ${JSON.stringify(point)}\n\n`);
}

function isOpen(response: Response): boolean {
  return !response.writableEnded && !response.destroyed;
}

/** Shorter when the response closes. */
function pause(response: Response, ms: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = (): void => {
      clearTimeout(timer);
      response.off('close', wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    response.once('close', wake);
    if (response.closed) wake();
  });
}
