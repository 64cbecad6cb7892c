import { createMetrics, openDatabase, Secret, silentLogger } from '@banyan/platform';
import type { SinkMoment } from '../failpoint.ts';
import { createSinkMetrics } from '../sink-metrics.ts';
import { createSink } from '../sink.ts';
import { openFileBus } from './file-bus.ts';
import { toyDirection } from './toy-direction.ts';

/** What a test tells the process, as JSON in its first argument. */
export interface CrashOrder {
  readonly url: string;
  readonly folder: string;
  readonly maxBatchCount: number;
  /** The process kills itself when it is there for the `count`th time. */
  readonly killAt?: { readonly moment: SinkMoment; readonly count: number };
}

/** A process with one sink that applies what is in a folder and ends, or dies where it is told. */
const { url, folder, maxBatchCount, killAt } = JSON.parse(process.argv[2] ?? '') as CrashOrder;
const database = openDatabase({ url: new Secret(url), applicationName: 'crash', log: silentLogger });
const bus = openFileBus(folder);
let seenCount = 0;

const sink = createSink({
  direction: toyDirection,
  database,
  bus,
  log: silentLogger,
  metrics: createSinkMetrics(createMetrics({ process: false })),
  maxBatchCount,
  async failpoint(moment) {
    if (moment !== killAt?.moment) return;
    seenCount += 1;
    if (seenCount < killAt.count) return;
    process.kill(process.pid, 'SIGKILL');
    // The signal needs a moment to arrive; nothing may happen until then.
    await new Promise(() => undefined);
  },
});

await sink.start();
await bus.drained;
await sink.close();
await database.close();
