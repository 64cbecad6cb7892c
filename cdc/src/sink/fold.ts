import { z } from 'zod';
import type { ChangeEvent, Row } from '../event/change-event.ts';
import { isAfter, type Position } from '../event/position.ts';
import type { AnyPipeline } from '../pipelines/pipeline.ts';
import type { Change, RowChange } from './change.ts';
import { notForARow, undecodable, untranslatable, type ApplyFailure } from './failure.ts';

/** What became of one change. */
export type Outcome =
  | { readonly kind: 'applied' }
  /** Not newer than what the row has. */
  | { readonly kind: 'stale' }
  | { readonly kind: 'failed'; readonly failure: ApplyFailure }
  /** Its lane is stopped at an earlier change. */
  | { readonly kind: 'behind' };

/** What the target holds for the rows that the changes touch. */
export interface Stored {
  readonly positionOf: (change: RowChange) => Position | undefined;
  readonly recordOf: (change: RowChange) => unknown;
}

/** The final state of one touched row. */
export interface TouchedRow {
  readonly pipeline: AnyPipeline;
  readonly table: string;
  readonly key: number;
  readonly position: Position;
  /** As loaded; undefined where the target has no such row. */
  readonly before: unknown;
  /** Undefined when the row is to be gone. */
  readonly after: unknown;
}

export interface Folded {
  /** One per change, in order. */
  readonly outcomes: readonly Outcome[];
  readonly rows: readonly TouchedRow[];
  readonly stoppedLanes: ReadonlySet<string>;
}

/**
 * Plays changes in order over the stored state, in memory. A change that cannot be applied stops its lane: what follows in that lane
 * is behind it, everything else goes on. Pure.
 */
export function fold(changes: readonly Change[], stored: Stored, stoppedLanes: ReadonlySet<string>): Folded {
  const stopped = new Set(stoppedLanes);
  const rows = new Map<AnyPipeline, Map<number, TouchedRow>>();

  function step(change: Change): Outcome {
    const isStopped = stopped.has(change.lane);
    if (change.kind === 'lost') return isStopped ? behind : { kind: 'failed', failure: change.failure };
    const row = touchedRow(change);
    // Before the look at the lane: what was applied already must not be parked when it is handed over again.
    if (row.position && !isAfter(change.event.position, row.position)) return stale;
    if (isStopped) return behind;
    const next = nextRecord(change, row.after);
    if (next.kind === 'failed') return next;
    rows.get(change.pipeline)?.set(change.key, { ...row, position: change.event.position, after: next.record });
    return applied;
  }

  /** As it stands after the changes so far. */
  function touchedRow(change: RowChange): Omit<TouchedRow, 'position'> & { readonly position: Position | undefined } {
    const { pipeline, key, event } = change;
    const ofTable = rows.get(pipeline) ?? new Map<number, TouchedRow>();
    rows.set(pipeline, ofTable);
    const touched = ofTable.get(key);
    if (touched) return touched;
    const before = stored.recordOf(change);
    return { pipeline, table: event.table, key, position: stored.positionOf(change), before, after: before };
  }

  const outcomes = changes.map((change) => {
    const outcome = step(change);
    if (outcome.kind === 'failed') stopped.add(change.lane);
    return outcome;
  });
  return { outcomes, rows: [...rows.values()].flatMap((table) => [...table.values()]), stoppedLanes: stopped };
}

const applied: Outcome = { kind: 'applied' };
const stale: Outcome = { kind: 'stale' };
const behind: Outcome = { kind: 'behind' };

type Next =
  { readonly kind: 'next'; readonly record: unknown } | { readonly kind: 'failed'; readonly failure: ApplyFailure };

function nextRecord({ event, pipeline }: RowChange, current: unknown): Next {
  if (event.operation === 'd') return { kind: 'next', record: undefined };
  if (!event.after) return failed(notForARow(`It has operation "${event.operation}" and no new row`));
  const source = decode(pipeline, event, event.after);
  if (source.kind === 'failed') return source;
  const translation = pipeline.translate(source.record, current);
  return translation.kind === 'translated'
    ? { kind: 'next', record: translation.record }
    : failed(untranslatable(translation.field, translation.reason));
}

function decode(pipeline: AnyPipeline, { unavailable }: ChangeEvent, after: Row): Next {
  try {
    return { kind: 'next', record: pipeline.decode(withoutColumns(after, unavailable)) };
  } catch (err) {
    if (err instanceof z.ZodError) return failed(undecodable(err, unavailable));
    throw err;
  }
}

/** What stands there is a placeholder; without it, decoding fails by the column's name if the column matters. */
function withoutColumns(row: Row, names: readonly string[]): Row {
  return names.length === 0 ? row : Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));
}

function failed(failure: ApplyFailure): Next {
  return { kind: 'failed', failure };
}
