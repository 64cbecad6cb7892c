import {
  createHttpApp,
  createMetrics,
  listen,
  migrate,
  openDatabase,
  type Database,
  type Lifecycle,
  type Logger,
  type RunningServer,
  type Secret,
} from '@banyan/platform';
import type { ChangeBus } from './bus/change-bus.ts';
import { createEmbeddedBus } from './bus/embedded-bus.ts';
import { createCaptureMeters, type CaptureMeters } from './capture/capture-tally.ts';
import { createCapture, type Capture } from './capture/capture.ts';
import { capturedTables, type Outbox } from './capture/captured-table.ts';
import { defaultTuning } from './capture/tuning.ts';
import type { SyncConfig } from './config.ts';
import { createKafkaBus } from './kafka/kafka-bus.ts';
import { killAt } from './kill-at.ts';
import { directions } from './pipelines/directions.ts';
import { createSinkMetrics, type SinkMetrics } from './sink/sink-metrics.ts';
import { createSink, type Sink } from './sink/sink.ts';
import { syncMigrations } from './sink/sync-migrations.ts';
import { readyChecks } from './status/ready-checks.ts';
import { syncRoutes } from './status/sync-routes.ts';

/** One database, as a source and as a target. */
interface Participant {
  readonly name: string;
  readonly url: Secret;
  /** Only legacy has a past to send; and only one side may, or both would send each other what they already have. */
  readonly snapshot: 'initial' | 'none';
  readonly outbox?: Outbox;
}

interface OpenParticipant extends Participant {
  readonly database: Database;
}

const serviceOutbox: Outbox = { table: 'public.outbox', scopeColumn: 'scope' };

/**
 * The sync process. Order of starting: migrations; the services' slots, so that no change of theirs is missed; sinks, so that nothing
 * is published to nobody; captures, legacy with its snapshot last. Closed in the reverse order.
 */
export async function composeSync(config: SyncConfig, log: Logger, lifecycle: Lifecycle): Promise<RunningServer> {
  const metrics = createMetrics();
  const participants = participantsOf(config).map((participant) => open(participant, log, lifecycle));
  const bus = busOf(config, log);
  lifecycle.onClose('bus', () => bus.close());
  const meters = createCaptureMeters(metrics);
  const captures =
    config.role === 'sink' ? [] : participants.map((one) => captureOf(one, { config, bus, log, meters }));
  const sinks =
    config.role === 'capture' ? [] : sinksOf(participants, { config, bus, log, metrics: createSinkMetrics(metrics) });

  const routes = syncRoutes({ ...config, captures, sinks, directions });
  const app = createHttpApp({ log, metrics, lifecycle, routes, readyChecks: readyChecks(captures, sinks) });
  const server = await listen(app, { port: config.listenPort, host: config.listenHost });
  lifecycle.onClose('http server', () => server.close());
  log.info({ event: 'sync.listening', url: server.url }, `sync process on ${server.url}`);

  for (const { database } of participants) await migrate(database, syncMigrations);
  await bus.ensureTopics(topics());
  for (const capture of captures) await capture.prepare();
  await startSinks(sinks, lifecycle);
  startCaptures(captures, meters, lifecycle);
  return server;
}

/** Legacy last: what it sends first, its snapshot, would otherwise come back from services whose slots are not there yet. */
function participantsOf(config: SyncConfig): readonly Participant[] {
  return [
    { name: 'trips', url: config.tripDatabaseUrl, snapshot: 'none', outbox: serviceOutbox },
    { name: 'vehicles', url: config.vehicleDatabaseUrl, snapshot: 'none', outbox: serviceOutbox },
    { name: 'legacy', url: config.legacyDatabaseUrl, snapshot: 'initial' },
  ];
}

function open(participant: Participant, log: Logger, lifecycle: Lifecycle): OpenParticipant {
  const { name, url } = participant;
  const database = openDatabase({ url, log, applicationName: `banyan sync ${name}`, maxConnectionCount: 5 });
  lifecycle.onClose(`database ${name}`, () => database.close());
  return { ...participant, database };
}

function busOf(config: SyncConfig, log: Logger): ChangeBus {
  if (config.bus === 'embedded') return createEmbeddedBus({ log });
  return createKafkaBus({
    brokers: config.kafkaBrokers,
    clientId: 'banyan-sync',
    log,
    partitionCount: config.kafkaPartitionCount,
    replicationFactor: config.kafkaReplicationFactor,
  });
}

interface Shared {
  readonly config: SyncConfig;
  readonly bus: ChangeBus;
  readonly log: Logger;
}

function captureOf(
  participant: OpenParticipant,
  { config, bus, log, meters }: Shared & { readonly meters: CaptureMeters },
): Capture {
  const { name, outbox } = participant;
  return createCapture({
    ...participant,
    source: name,
    tables: capturedTables(name, directions, outbox),
    bus,
    log,
    tally: meters.tallyOf(name),
    tuning: defaultTuning,
    acceptedTruncates: config.acceptedTruncates
      .filter((text) => text.startsWith(`${name}@`))
      .map((text) => text.slice(name.length + 1)),
    nowMicros: () => BigInt(Date.now()) * 1000n,
    failpoint: killAt(config.failpoint, name),
  });
}

function sinksOf(
  participants: readonly OpenParticipant[],
  { config, bus, log, metrics }: Shared & { readonly metrics: SinkMetrics },
): readonly Sink[] {
  return participants.flatMap(({ name, database }) =>
    directions
      .filter(({ target }) => target === name)
      .map((direction) =>
        createSink({ direction, database, bus, log, metrics, failpoint: killAt(config.failpoint, direction.name) }),
      ),
  );
}

function topics(): readonly string[] {
  const events = participantNames.map((name) => `${name}.events`);
  return [...directions.map(({ topic }) => topic), ...events];
}

const participantNames = ['trips', 'vehicles'];

async function startSinks(sinks: readonly Sink[], lifecycle: Lifecycle): Promise<void> {
  for (const sink of sinks) {
    lifecycle.onClose(`sink ${sink.direction}`, () => sink.close());
    await sink.start();
  }
}

const lagSampleMs = 5_000;

function startCaptures(captures: readonly Capture[], meters: CaptureMeters, lifecycle: Lifecycle): void {
  for (const capture of captures) {
    capture.start();
    lifecycle.onClose(`capture ${capture.source}`, () => capture.close());
  }
  const sample = async (): Promise<void> => {
    for (const capture of captures) meters.observe(await capture.status());
  };
  const timer = setInterval(() => void sample(), lagSampleMs);
  lifecycle.onClose('lag sampling', () => clearInterval(timer));
}
