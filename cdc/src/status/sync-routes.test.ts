import { createHttpApp, createMetrics, listen, silentLogger } from '@banyan/platform';
import request from 'supertest';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Capture, CaptureState, CaptureStatus } from '../capture/capture.ts';
import type { Direction } from '../pipelines/pipeline.ts';
import type { DirectionStatus, SinkState } from '../sink/direction-status.ts';
import type { Sink } from '../sink/sink.ts';
import { readyChecks } from './ready-checks.ts';
import { syncRoutes } from './sync-routes.ts';

const captureStatus: CaptureStatus = {
  source: 'legacy',
  slot: 'banyan_legacy',
  state: { kind: 'streaming' },
  snapshot: 'complete',
  capturedCount: 7,
  publishedCount: 6,
  echoCount: 3,
  echoTransactionCount: 2,
  lagBytes: 120,
  retainedBytes: 4096,
  isActive: true,
  walStatus: 'reserved',
  inFlightBytes: 11,
};

const aCapture = (state: CaptureState): Capture => ({
  source: 'legacy',
  state,
  prepare: () => Promise.resolve(),
  start: () => undefined,
  status: () => Promise.resolve({ ...captureStatus, state }),
  close: () => Promise.resolve(),
});

const directionStatus: DirectionStatus = {
  direction: 'legacy-trips',
  source: 'legacy',
  target: 'trips',
  state: { kind: 'running' },
  lagSeconds: 0.02,
  backlogCount: 7,
  counts: {
    kind: 'known',
    pipelines: [
      {
        pipeline: 'legacy.trip_mst',
        appliedCount: 5,
        staleCount: 1,
        parkedCount: 2,
        position: '0/1:1',
        committedAt: '2026-11-21T03:04:05.000Z',
      },
    ],
    parkedLaneCount: 1,
    parkedLanes: [
      {
        lane: '42',
        changeCount: 2,
        since: '2026-11-21T03:04:05.000Z',
        table: 'public.trip_mst',
        key: 9,
        position: '0/1:2',
        errorCode: 'UNTRANSLATABLE',
        errorMessage: 'stat_cd: 55 has no counterpart',
        remedy: 'Correct the row, then redrive.',
        attemptCount: 1,
        nextAttemptAt: null,
      },
    ],
  },
};

const redriven: (string | undefined)[] = [];
let waitingCount: number | undefined = 0;
const aSink = (state: SinkState, status: DirectionStatus = directionStatus): Sink => ({
  direction: 'legacy-trips',
  state,
  start: () => Promise.resolve(),
  redrive(lane) {
    redriven.push(lane);
    return Promise.resolve(3);
  },
  status: () => Promise.resolve(status),
  backlogCount: () => Promise.resolve(waitingCount),
  close: () => Promise.resolve(),
});

const directions = [
  { name: 'legacy-trips', pipelines: [{ name: 'legacy.trip_mst' }, { name: 'legacy.trk_pt' }] },
] as unknown as readonly Direction[];

async function aServer(captures: readonly Capture[], sinks: readonly Sink[]): Promise<string> {
  const routes = syncRoutes({ role: 'all', bus: 'embedded', captures, sinks, directions });
  const metrics = createMetrics({ process: false });
  const app = createHttpApp({ log: silentLogger, metrics, routes, readyChecks: readyChecks(captures, sinks) });
  const server = await listen(app, { port: 0 });
  onTestFinished(() => server.close());
  return server.url;
}

const bodyOf = ({ body }: { readonly body: unknown }): unknown => body;

describe('GET /status', () => {
  test('shows each source and each direction with every declared pipeline, counted or not', async () => {
    const url = await aServer([aCapture({ kind: 'streaming' })], [aSink({ kind: 'running' })]);
    const body = bodyOf(await request(url).get('/status').expect(200));
    expect(body).toEqual({
      role: 'all',
      bus: 'embedded',
      sources: [
        {
          name: 'legacy',
          slot: 'banyan_legacy',
          state: 'streaming',
          why: null,
          remedy: null,
          snapshot: 'complete',
          capturedCount: 7,
          publishedCount: 6,
          echoCount: 3,
          echoTransactionCount: 2,
          lagBytes: 120,
          retainedBytes: 4096,
          inFlightBytes: 11,
        },
      ],
      directions: [
        {
          name: 'legacy-trips',
          source: 'legacy',
          target: 'trips',
          state: 'running',
          why: null,
          remedy: null,
          lagSeconds: 0.02,
          backlogCount: 7,
          lastCommittedAt: '2026-11-21T03:04:05.000Z',
          appliedCount: 5,
          staleCount: 1,
          parkedCount: 2,
          pipelines: [
            { name: 'legacy.trip_mst', appliedCount: 5, staleCount: 1, parkedCount: 2, position: '0/1:1' },
            { name: 'legacy.trk_pt', appliedCount: 0, staleCount: 0, parkedCount: 0, position: null },
          ],
          parkedLaneCount: 1,
          parkedLanes: [
            {
              lane: '42',
              changeCount: 2,
              since: '2026-11-21T03:04:05.000Z',
              table: 'public.trip_mst',
              key: 9,
              position: '0/1:2',
              code: 'UNTRANSLATABLE',
              reason: 'stat_cd: 55 has no counterpart',
              remedy: 'Correct the row, then redrive.',
              attemptCount: 1,
              nextAttemptAt: null,
            },
          ],
        },
      ],
    });
  });

  test('says why a capture stopped and why counts are unknown', async () => {
    const stopped = aCapture({
      kind: 'stopped',
      code: 'CDC_SLOT_LOST',
      why: 'it is gone',
      remedy: 'Take a new snapshot.',
    });
    const counts = { kind: 'unknown', why: 'connection refused', remedy: 'Check that the server runs.' } as const;
    const url = await aServer([stopped], [aSink({ kind: 'running' }, { ...directionStatus, counts })]);
    const body = bodyOf(await request(url).get('/status').expect(200));
    expect(body).toMatchObject({
      sources: [{ state: 'stopped', why: 'it is gone', remedy: 'Take a new snapshot.' }],
      directions: [{ why: 'connection refused', parkedLanes: [], appliedCount: 0 }],
    });
  });
});

describe('GET /ready', () => {
  const trouble = { code: 'X', why: 'broken', remedy: 'Mend it.', since: '2026-11-21T03:04:05.000Z' };

  test.each([
    ['everything flows', 'streaming', 'running', 200],
    ['a sink retries by itself', 'streaming', 'retrying', 200],
    ['a snapshot runs', 'snapshotting', 'running', 503],
    ['a capture waits', 'waiting', 'running', 503],
    ['a capture is stopped', 'stopped', 'running', 503],
    ['a direction is stopped', 'streaming', 'stopped', 503],
    ['a sink has not subscribed yet', 'streaming', 'starting', 503],
  ] as const)('when %s', async (_when, captureKind, sinkKind, status) => {
    const capture = aCapture({ kind: captureKind, ...trouble });
    const url = await aServer([capture], [aSink({ kind: sinkKind, ...trouble })]);
    await request(url).get('/ready').expect(status);
  });

  test('waits until the first backlog is applied, and does not go back when there is another one', async () => {
    const url = await aServer([aCapture({ kind: 'streaming' })], [aSink({ kind: 'running' })]);
    const statuses: number[] = [];
    for (waitingCount of [5, undefined, 0, 5]) statuses.push((await request(url).get('/ready')).status);
    waitingCount = 0;
    expect(statuses).toEqual([503, 503, 200, 200]);
  });
});

describe('POST /parked/redrive', () => {
  test('tries one lane, or all, and says how many', async () => {
    const url = await aServer([], [aSink({ kind: 'running' })]);
    const all = await request(url).post('/parked/redrive').send({ direction: 'legacy-trips' }).expect(200);
    await request(url).post('/parked/redrive').send({ direction: 'legacy-trips', lane: '42' }).expect(200);
    expect(bodyOf(all)).toEqual({ laneCount: 3 });
    expect(redriven).toEqual([undefined, '42']);
  });

  test('names the directions there are when asked for another', async () => {
    const url = await aServer([], [aSink({ kind: 'running' })]);
    const body = bodyOf(await request(url).post('/parked/redrive').send({ direction: 'nowhere' }).expect(404));
    expect(body).toMatchObject({
      type: '/problems/direction-not-found',
      detail: expect.stringContaining('legacy-trips') as string,
    });
  });

  test('refuses a body without direction', async () => {
    const url = await aServer([], []);
    await request(url).post('/parked/redrive').send({}).expect(400);
  });
});
