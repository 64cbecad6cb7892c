import { isAfter } from '../event/position.ts';
import { pipelineNameOf, type Change } from './change.ts';
import type { Outcome } from './fold.ts';
import type { OriginMark } from './origin-session.ts';

/** What one transaction adds to the counts of one pipeline. */
export interface Tally {
  readonly pipeline: string;
  readonly appliedCount: number;
  readonly staleCount: number;
  /** Negative when parked changes are released. */
  readonly parkedCount: number;
  /** The furthest change of the transaction. */
  readonly furthest: OriginMark | undefined;
}

/** Adds up tallies by pipeline. */
export interface Tallies {
  add(pipeline: string, counts: Partial<Omit<Tally, 'pipeline'>>): void;
  readonly all: readonly Tally[];
}

const nothing = { appliedCount: 0, staleCount: 0, parkedCount: 0, furthest: undefined };

function createTallies(): Tallies {
  const byPipeline = new Map<string, Tally>();
  return {
    add(pipeline, added) {
      const sum = byPipeline.get(pipeline) ?? nothing;
      const counts = { ...nothing, ...added };
      byPipeline.set(pipeline, {
        pipeline,
        appliedCount: sum.appliedCount + counts.appliedCount,
        staleCount: sum.staleCount + counts.staleCount,
        parkedCount: sum.parkedCount + counts.parkedCount,
        furthest: further(sum.furthest, counts.furthest),
      });
    },
    get all() {
      return [...byPipeline.values()];
    },
  };
}

/** Counts what was applied or stale. What was parked or released, only the database knows: the caller adds it. */
export function tally(changes: readonly Change[], outcomes: readonly Outcome[]): Tallies {
  const tallies = createTallies();
  changes.forEach((change, index) => {
    const kind = outcomes[index]?.kind;
    tallies.add(pipelineNameOf(change), {
      appliedCount: kind === 'applied' ? 1 : 0,
      staleCount: kind === 'stale' ? 1 : 0,
      furthest: markOf(change),
    });
  });
  return tallies;
}

/** The furthest of `changes`; undefined when none of them was committed anywhere we know of. */
export function originMarkOf(changes: readonly Change[]): OriginMark | undefined {
  return changes.map(markOf).reduce(further, undefined);
}

function markOf(change: Change): OriginMark | undefined {
  return change.kind === 'row' ? change.event : undefined;
}

function further(left: OriginMark | undefined, right: OriginMark | undefined): OriginMark | undefined {
  if (!left || !right) return left ?? right;
  return isAfter(right.position, left.position) ? right : left;
}
