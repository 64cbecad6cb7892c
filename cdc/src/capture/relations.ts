import { BanyanError, messageOf } from '@banyan/platform';
import type { Operation, Row } from '../event/change-event.ts';
import type { CapturedTable } from './captured-table.ts';
import { builtInTypeId } from './column-values.ts';
import type { PgoutputMessage, Relation } from './pgoutput.ts';
import { createRowReader, type RowReader } from './row-reader.ts';

/** A captured table as the stream describes it now. */
export interface KnownRelation {
  readonly table: string;
  readonly topic: string;
  readonly reader: RowReader;
  takes(operation: Operation): boolean;
  /** @throws {BanyanError} CDC_LANE_UNKNOWN when the row lacks the column that names its lane */
  laneOf(row: Row | null): string;
  isOtherKey(before: Row, after: Row): boolean;
}

/**
 * The relations of one replication connection. The server describes a table before its first change and again after every DDL, also
 * inside transactions that are dropped as echoes, so every description is learnt: a new column is read from then on; a dropped one is
 * missing from the rows, and the sink parks what needs it.
 */
export interface Relations {
  learn(relation: Relation): void;
  learnType(type: Extract<PgoutputMessage, { kind: 'type' }>): void;
  /** @throws {BanyanError} CDC_TABLE_UNMAPPED for a table that nobody declared, for example one that was renamed */
  get(relationId: number): KnownRelation;
}

export function createRelations(tables: readonly CapturedTable[]): Relations {
  const known = new Map<number, KnownRelation | string>();
  const baseTypes = new Map<number, number>();

  return {
    learn({ id, table, columns }) {
      const captured = tables.find((candidate) => candidate.table === table);
      const reader = createRowReader(columns, (typeId) => baseTypes.get(typeId) ?? typeId);
      known.set(id, captured ? knownRelation(captured, reader) : table);
    },
    learnType({ typeId, schema, name }) {
      // A domain comes under the name of its base type; an enum under its own.
      const builtIn = schema === 'pg_catalog' || schema === '' ? builtInTypeId(name) : undefined;
      if (builtIn !== undefined) baseTypes.set(typeId, builtIn);
    },
    get(relationId) {
      const relation = known.get(relationId);
      if (relation === undefined || typeof relation === 'string') throw unmapped(relation ?? `relation ${relationId}`);
      return relation;
    },
  };
}

function knownRelation({ table, topic, takes, scopeOf, keyOf }: CapturedTable, reader: RowReader): KnownRelation {
  return {
    table,
    topic,
    reader,
    takes: (operation) => takes === 'every-change' || operation === 'c',
    laneOf: (row) => laneOf(table, row, scopeOf),
    isOtherKey: (before, after) => keyOf !== undefined && keyOf(before) !== keyOf(after),
  };
}

/** Shared with the snapshot, whose rows must go to the same lanes as their later changes. */
export function laneOf(table: string, row: Row | null, scopeOf: (row: Row) => string): string {
  let lane: string | undefined;
  let why = 'it has no value';
  try {
    lane = row ? scopeOf(row) : undefined;
  } catch (err) {
    why = messageOf(err);
  }
  // String(undefined): the column is gone. All such rows in one lane would look as if they were in order.
  if (lane !== undefined && lane !== 'undefined') return lane;
  throw new BanyanError('CDC_LANE_UNKNOWN', `The lane of a row of ${table} cannot be read: ${why}.`, {
    remedy:
      'Restore the column that names the scope, or change the pipeline; then start again. Nothing was acknowledged past it.',
    concerning: table,
  });
}

function unmapped(table: string): BanyanError {
  return new BanyanError(
    'CDC_TABLE_UNMAPPED',
    `The publication carries a change of ${table}, which no pipeline takes.`,
    {
      remedy: 'Restore the name of the table if it was renamed, or take it out of the publication; then start again.',
      concerning: table,
    },
  );
}
