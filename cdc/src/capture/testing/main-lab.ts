import { createLogger, createMetrics, openDatabase, Secret, type Logger } from '@banyan/platform';
import { createEmbeddedBus } from '../../bus/embedded-bus.ts';
import { killAt } from '../../kill-at.ts';
import { createSinkMetrics } from '../../sink/sink-metrics.ts';
import { createSink } from '../../sink/sink.ts';
import { createCaptureMeters } from '../capture-tally.ts';
import { createCapture } from '../capture.ts';
import { capturedTables } from '../captured-table.ts';
import { defaultTuning } from '../tuning.ts';
import { labDirections } from './lab-directions.ts';

/** What a test tells the process, as JSON in its first argument. */
export interface LabOrder {
  readonly name: string;
  readonly leftUrl: string;
  readonly rightUrl: string;
  /** `left/chunk-published#3`: whose moment, which one, the how manieth time. */
  readonly failpoint?: string;
  readonly chunkCount: number;
}

/** A sync process in small: two databases, captured and applied both ways, on the embedded bus. Runs until it is killed. */
const order = JSON.parse(process.argv[2] ?? '') as LabOrder;
const log: Logger = createLogger({
  name: 'lab',
  level: 'warn',
  destination: { write: (line: string) => void process.stderr.write(line) },
});
const directions = labDirections(order.name);
const bus = createEmbeddedBus({ log, redeliveryPauseMs: 10 });
const metrics = createMetrics({ process: false });
const sinkMetrics = createSinkMetrics(metrics);
const meters = createCaptureMeters(metrics);

const sides = (['right', 'left'] as const).map((side) => {
  const url = new Secret(side === 'left' ? order.leftUrl : order.rightUrl);
  const source = `${order.name}_${side}`;
  const database = openDatabase({ url, log, applicationName: 'lab' });
  const capture = createCapture({
    source,
    url,
    database,
    tables: capturedTables(source, directions),
    snapshot: side === 'left' ? 'initial' : 'none',
    bus,
    log,
    tally: meters.tallyOf(source),
    tuning: {
      ...defaultTuning,
      chunkCount: order.chunkCount,
      chunkBytes: 20_000,
      acknowledgeIntervalMs: 20,
      reconnectFirstMs: 20,
    },
    acceptedTruncates: [],
    nowMicros: () => BigInt(Date.now()) * 1000n,
    failpoint: killAt(order.failpoint, side),
  });
  return { source, database, capture };
});

for (const { capture } of sides) await capture.prepare();
for (const direction of directions) {
  const database = sides.find(({ source }) => source === direction.target)?.database;
  if (!database) throw new TypeError('a direction has a target');
  const sink = createSink({
    direction,
    database,
    bus,
    log,
    metrics: sinkMetrics,
    failpoint: killAt(order.failpoint, direction.name),
  });
  await sink.start();
}
for (const { capture } of sides) capture.start();
