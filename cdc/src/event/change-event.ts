import type { Position } from './position.ts';

/** A column value as Debezium's JSON converter writes it with `decimal.handling.mode=string`; see docs/reference/change-events.md. */
export type ColumnValue = null | boolean | number | bigint | string | readonly ColumnValue[];
export type Row = Readonly<Record<string, ColumnValue>>;

/** Debezium's `op`: create, update, delete, read (snapshot), truncate. */
export type Operation = 'c' | 'u' | 'd' | 'r' | 't';

/** One captured change, before it is written as a Debezium envelope and after it was read back from one. */
export interface ChangeEvent {
  readonly operation: Operation;
  /** The source's prefix, for example `legacy`. */
  readonly source: string;
  /** `schema.table`. */
  readonly table: string;
  readonly position: Position;
  /** The replica identity's columns; the whole row under REPLICA IDENTITY FULL. */
  readonly before: Row | null;
  readonly after: Row | null;
  /** Columns of `after` whose unchanged TOAST value Postgres did not send: their content there must not be used. */
  readonly unavailable: readonly string[];
  /** When the source committed (for a snapshot row: when it was read), in microseconds since 1970. */
  readonly committedAtMicros: bigint;
  readonly transactionId: number | null;
  /** The lane: all changes of one scope are applied in the order of their commits. */
  readonly scope: string;
}
