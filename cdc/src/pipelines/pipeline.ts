import type { Translation } from '@banyan/legacy-adapter';
import type { RecordStore } from '@banyan/platform';
import type { Row } from '../event/change-event.ts';

/** One table's way from a source to a target: a declaration, one small file each. `S` is the source's record, `T` the target's. */
export interface Pipeline<S, T> {
  /** For example `legacy.trip_mst`: stable, a metric label and the name in `banyan sync status`. */
  readonly name: string;
  /** `schema.table` in the source database. */
  readonly table: string;
  /** Reads the captured columns. @throws {ZodError} when a column is missing or of another type; the lane is then parked */
  readonly decode: (row: Row) => S;
  /** The primary key of the captured row; equal on both sides, because the id spaces are split. */
  readonly keyOf: (row: Row) => number;
  /** The lane. Must be readable from `before` alone for deletes, so it is a column of the replica identity. */
  readonly scopeOf: (row: Row) => string;
  /**
   * A lens: `existing` is the target's current record, so that what the source cannot express is kept.
   * Laws (property-tested): translating back what was translated gives the source again; translating an unchanged record changes nothing.
   */
  translate(source: S, existing: T | undefined): Translation<T>;
  readonly target: RecordStore<T>;
}

/** A pipeline whose record types only matter inside it: what `decode` gave goes to `translate`, what that gave to `target`. */
export type AnyPipeline = Pipeline<unknown, unknown>;

/** Lets the compiler check that source, translation and target fit each other, then forgets their types. */
export function definePipeline<S, T>(pipeline: Pipeline<S, T>): AnyPipeline {
  return pipeline;
}

/** All pipelines from one source database to one target database: one topic, one consumer group, one replication origin. */
export interface Direction {
  /** `legacy-trips`: the consumer group, the progress row and the origin `banyan:legacy-trips`. */
  readonly name: string;
  readonly source: string;
  readonly target: string;
  /** `legacy.trips`: one topic per source and capability, keyed by scope, so that a scope's tables keep their order. */
  readonly topic: string;
  /** Parents before children: rows are saved in this order and removed in the reverse one. */
  readonly pipelines: readonly AnyPipeline[];
}
