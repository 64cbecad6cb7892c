import { codeOf, messageOf, type Database, type Logger } from '@banyan/platform';
import { createAlarm } from './alarm.ts';
import { redriveLane, type RedriveParts } from './redrive-lane.ts';
import { dueLanes, makeDue } from './parked-lane.ts';
import { loadParkedCount } from './progress.ts';
import type { SinkMetrics } from './sink-metrics.ts';

export interface RedriverParts extends RedriveParts {
  readonly database: Database;
  readonly log: Logger;
  readonly metrics: SinkMetrics;
  /** How often to look for lanes that are due. */
  readonly lookEveryMs: number;
}

/** Tries parked lanes again when they are due, beside the batches. */
export interface Redriver {
  start(): void;
  /** Makes all parked lanes, or one, due now. @returns how many */
  redrive(lane: string | undefined): Promise<number>;
  close(): Promise<void>;
}

/** Lanes tried before the next look at what is due; the rest waits for its turn, so that batches get theirs. */
const laneCount = 100;
const lockNotAvailable = '55P03';

export function createRedriver(parts: RedriverParts): Redriver {
  const { database, direction, log, metrics, lookEveryMs } = parts;
  const stop = new AbortController();
  const alarm = createAlarm();
  let running: Promise<void> | undefined;

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      if (!(await tryDueLanes())) await alarm.wait(lookEveryMs);
    }
  }

  /** @returns whether there may be more to do at once */
  async function tryDueLanes(): Promise<boolean> {
    let triedCount = 0;
    try {
      metrics.observeParked(direction.name, await loadParkedCount(database, direction.name));
      for (const lane of await dueLanes(database, direction.name, laneCount)) {
        if (stop.signal.aborted) return false;
        if (await tryLane(lane)) triedCount += 1;
      }
    } catch (err) {
      // Whatever hits any change hits the batches, too, and is reported there.
      log.debug({ event: 'redrive.postponed', direction: direction.name, code: codeOf(err) }, messageOf(err));
      return false;
    }
    return triedCount > 0;
  }

  /** @returns false while somebody edits the lane */
  async function tryLane(lane: string): Promise<boolean> {
    try {
      metrics.count(direction.name, await redriveLane(parts, lane));
      return true;
    } catch (err) {
      if (codeOf(err) === lockNotAvailable) return false;
      throw err;
    }
  }

  return {
    start() {
      running ??= run();
    },
    async redrive(lane) {
      const count = await makeDue(database, direction.name, lane ?? null);
      alarm.ring();
      return count;
    },
    async close() {
      stop.abort();
      alarm.ring();
      await running;
    },
  };
}
