import { BanyanError } from '@banyan/platform';
import type { Row } from '../event/change-event.ts';
import type { Direction } from '../pipelines/pipeline.ts';

/** One table of a source: where its changes go. */
export interface CapturedTable {
  /** `schema.table`. */
  readonly table: string;
  readonly topic: string;
  /** `inserts`: an outbox, whose rows are inserted and deleted in one transaction; only the WAL keeps them. */
  readonly takes: 'every-change' | 'inserts';
  readonly scopeOf: (row: Row) => string;
  /** Tells a changed primary key from an update; undefined where rows are never updated. */
  readonly keyOf: ((row: Row) => number) | undefined;
}

/** The outbox of a service: its rows become messages of the topic `<source>.events`. */
export interface Outbox {
  readonly table: string;
  readonly scopeColumn: string;
}

/**
 * The tables of `source`, parents first, as its directions declare them.
 *
 * @throws {BanyanError} CDC_TABLE_TWICE when two directions take the same table: its changes would have two orders
 */
export function capturedTables(
  source: string,
  directions: readonly Direction[],
  outbox?: Outbox,
): readonly CapturedTable[] {
  const tables = directions
    .filter((direction) => direction.source === source)
    .flatMap(({ topic, pipelines }) =>
      pipelines.map(({ table, scopeOf, keyOf }): CapturedTable => ({
        table,
        topic,
        takes: 'every-change',
        scopeOf,
        keyOf,
      })),
    );
  const all = outbox ? [...tables, outboxTable(source, outbox)] : tables;
  const twice = all.find(({ table }, index) => all.findIndex((other) => other.table === table) !== index);
  if (twice)
    throw new BanyanError('CDC_TABLE_TWICE', `Two directions of "${source}" take ${twice.table}.`, {
      remedy: 'Let one direction carry the table.',
      concerning: twice.table,
    });
  return all;
}

function outboxTable(source: string, { table, scopeColumn }: Outbox): CapturedTable {
  return {
    table,
    topic: `${source}.events`,
    takes: 'inserts',
    scopeOf: (row) => String(row[scopeColumn]),
    keyOf: undefined,
  };
}

/**
 * The columns that `read` looks at, found by letting it read. Used to check that a lane can be told from the replica identity alone.
 */
export function columnsReadBy(read: (row: Row) => unknown): readonly string[] {
  const names = new Set<string>();
  const spy: Row = new Proxy<Record<string, number>>(
    {},
    {
      get(_row, name) {
        if (typeof name === 'string') names.add(name);
        return 1;
      },
    },
  );
  try {
    read(spy);
  } catch {
    // A function that wants another type has named the column before it refused the value.
  }
  return [...names];
}
