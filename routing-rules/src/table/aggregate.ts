import type { PartSegment } from '../path/part-path.ts';

/** One call of an aggregate: an ordinary GET of this facade. */
export interface AggregatePart {
  readonly name: string;
  readonly path: readonly PartSegment[];
  /** Names of the public query that the call gets too. */
  readonly query: readonly string[];
  readonly isRequired: boolean;
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

export interface Aggregate {
  /** In the order of the file, which is that of the answer. */
  readonly parts: readonly AggregatePart[];
}
