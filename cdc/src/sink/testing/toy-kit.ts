import {
  createMetrics,
  migrate,
  openDatabase,
  silentLogger,
  type Database,
  type Logger,
  type Secret,
} from '@banyan/platform';
import { createScratchDatabase } from '@banyan/platform/testing';
import type { BusMessage } from '../../bus/change-bus.ts';
import { createEmbeddedBus } from '../../bus/embedded-bus.ts';
import { createSinkMetrics } from '../sink-metrics.ts';
import { createSink, type Sink, type SinkParts } from '../sink.ts';
import { syncMigrations } from '../sync-migrations.ts';
import { toyDirection, toyTables, type Item, type Part } from './toy-direction.ts';

/** A target database with the toy tables, and a sink on it. */
export interface ToyKit {
  readonly database: Database;
  readonly url: Secret;
  readonly sink: Sink;
  /** Resolves when the sink has applied or parked all of them, in batches of at most 2,000. */
  publish(...messages: readonly BusMessage[]): Promise<void>;
  items(): Promise<readonly Item[]>;
  parts(): Promise<readonly Part[]>;
  /** Closes the sink and starts another one on the same database, as a new process would. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

type KitOptions = Partial<Pick<SinkParts, 'log' | 'times' | 'maxBatchCount' | 'failpoint' | 'metrics' | 'now'>>;

export async function createToyKit(adminUrl: string, options: KitOptions = {}): Promise<ToyKit> {
  const scratch = await createScratchDatabase(adminUrl);
  const { url, database } = scratch;
  await migrate(database, syncMigrations);
  await database.query(toyTables);
  let running = await runSink(database, options);

  return {
    database,
    url,
    get sink() {
      return running.sink;
    },
    publish: (...messages) => running.bus.publish(messages),
    items: () => read<Item>(database, `select id, owner, label, note, amount from item order by id`),
    parts: () => read<Part>(database, `select id, item_id, owner, name from part order by id`),
    async restart() {
      await running.close();
      running = await runSink(database, options);
    },
    async close() {
      await running.close();
      await scratch.drop();
    },
  };
}

async function runSink(database: Database, options: KitOptions) {
  const log: Logger = options.log ?? silentLogger;
  const bus = createEmbeddedBus({ log: silentLogger, redeliveryPauseMs: 5 });
  const metrics = options.metrics ?? createSinkMetrics(createMetrics({ process: false }));
  const sink = createSink({ direction: toyDirection, database, bus, log, ...options, metrics });
  await sink.start();
  return {
    bus,
    sink,
    async close() {
      await sink.close();
      await bus.close();
    },
  };
}

async function read<R extends object>(database: Database, text: string): Promise<readonly R[]> {
  const { rows } = await database.query<R>(text);
  return rows;
}

/** Another connection pool, for a process that shares nothing with the kit. */
export function openAnother(url: Secret): Database {
  return openDatabase({ url, applicationName: 'another', log: silentLogger });
}
