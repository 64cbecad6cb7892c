import type { Database, Logger } from '@banyan/platform';
import type { ChangeBus, Subscription } from '../bus/change-bus.ts';
import type { Direction } from '../pipelines/pipeline.ts';
import { createBatchHandler } from './batch-handler.ts';
import { readCounts, type DirectionStatus, type SinkState } from './direction-status.ts';
import { noFailpoint, type Failpoint } from './failpoint.ts';
import { createLagMeter } from './lag-meter.ts';
import { createOriginSession } from './origin-session.ts';
import { createRedriver } from './redriver.ts';
import type { RetryTimes } from './retry-times.ts';
import { createSinkHealth } from './sink-health.ts';
import type { SinkMetrics } from './sink-metrics.ts';

export interface SinkParts {
  readonly direction: Direction;
  /** The target. */
  readonly database: Database;
  readonly bus: ChangeBus;
  readonly log: Logger;
  readonly metrics: SinkMetrics;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly failpoint?: Failpoint;
  readonly times?: Partial<SinkTimes>;
  readonly maxBatchCount?: number;
}

interface SinkTimes {
  /** When a parked lane is tried again. */
  readonly retry: RetryTimes;
  /** How often to look for lanes that are due. */
  readonly lookEveryMs: number;
  /** Between attempts while a person must act. Shorter than a Kafka session (30 s), or the group would lose its member. */
  readonly stoppedPause: RetryTimes;
}

const defaultTimes: SinkTimes = {
  retry: { firstMs: 5_000, maxMs: 300_000 },
  lookEveryMs: 1_000,
  stoppedPause: { firstMs: 2_000, maxMs: 10_000 },
};

/** Applies one direction's changes to its target. */
export interface Sink {
  readonly direction: string;
  readonly state: SinkState;
  /** Subscribes; changes that arrive from now on are applied. */
  start(): Promise<void>;
  /** Tries parked lanes now instead of when they are due: all of them, or one. @returns how many lanes */
  redrive(lane?: string): Promise<number>;
  /** Counts and parked lanes come from the target database; while that cannot be asked, they are `unknown`. Never rejects. */
  status(): Promise<DirectionStatus>;
  /** Changes that are on the bus and not applied yet; undefined while the bus cannot be asked. */
  backlogCount(): Promise<number | undefined>;
  /** Waits for the running batch. */
  close(): Promise<void>;
}

export function createSink(parts: SinkParts): Sink {
  const {
    direction,
    database,
    bus,
    log,
    metrics,
    now = Date.now,
    failpoint = noFailpoint,
    maxBatchCount = 2_000,
  } = parts;
  const { name, topic } = direction;
  const times = { ...defaultTimes, ...parts.times };
  const session = createOriginSession(database, `banyan:${name}`);
  const health = createSinkHealth({ direction: name, log, metrics, now });
  const lag = createLagMeter(now);
  const closing = new AbortController();
  const shared = { session, direction, log, metrics, ...times };
  const redriver = createRedriver({ ...shared, database });
  const onBatch = createBatchHandler({ ...shared, health, lag, now, failpoint, signal: closing.signal });
  let subscription: Subscription | undefined;
  const backlogCount = (): Promise<number | undefined> => bus.backlogCount(name, [topic]).catch(() => undefined);

  return {
    direction: name,
    get state() {
      return health.state;
    },
    async start() {
      redriver.start();
      subscription = await bus.subscribe({ group: name, topics: [topic], onBatch, maxBatchCount });
      health.started();
    },
    redrive: (lane) => redriver.redrive(lane),
    backlogCount,
    status: () => readStatus(parts, health.state, lag.seconds(), backlogCount()),
    async close() {
      closing.abort();
      await subscription?.close();
      await redriver.close();
      await session.close();
      health.closed();
    },
  };
}

async function readStatus(
  { direction: { name, source, target }, database }: SinkParts,
  state: SinkState,
  lagSeconds: number | null,
  backlog: Promise<number | undefined>,
): Promise<DirectionStatus> {
  const [counts, backlogCount] = await Promise.all([readCounts(database, name), backlog]);
  return { direction: name, source, target, state, lagSeconds, backlogCount, counts };
}
