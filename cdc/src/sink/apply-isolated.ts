import { policyFor, type Transaction } from '@banyan/platform';
import type { Direction } from '../pipelines/pipeline.ts';
import { applySet } from './apply-set.ts';
import type { Change } from './change.ts';
import { refusedBy } from './failure.ts';
import type { Outcome } from './fold.ts';

export interface Applied {
  /** One per change, in order. */
  readonly outcomes: readonly Outcome[];
  readonly stoppedLanes: ReadonlySet<string>;
}

/**
 * Applies changes as one set; where the target refuses the set, halves are tried in order until the one change is found that it refuses.
 * That change stops its lane, all others are applied. A set may also be refused for its order alone (two rows that swap a unique
 * value): then the halves succeed, because one by one is the order of the source.
 *
 * @throws failures that would hit any change: a lost connection, a missing table
 */
export async function applyIsolated(
  tx: Transaction,
  direction: Direction,
  changes: readonly Change[],
  stoppedLanes: ReadonlySet<string>,
): Promise<Applied> {
  try {
    return await inSavepoint(tx, () => applySet(tx, direction, changes, stoppedLanes));
  } catch (err) {
    if (policyFor(err).retry !== 'never') throw err;
    const [only, ...others] = changes;
    if (only && others.length === 0)
      return {
        outcomes: [{ kind: 'failed', failure: refusedBy(err) }],
        stoppedLanes: new Set([...stoppedLanes, only.lane]),
      };
  }
  const middle = Math.ceil(changes.length / 2);
  const earlier = await applyIsolated(tx, direction, changes.slice(0, middle), stoppedLanes);
  const later = await applyIsolated(tx, direction, changes.slice(middle), earlier.stoppedLanes);
  return { outcomes: [...earlier.outcomes, ...later.outcomes], stoppedLanes: later.stoppedLanes };
}

// A deferred constraint must speak while we can still tell which change broke it.
const keep = `set constraints all immediate; release savepoint sink`;
const undo = `rollback to savepoint sink; release savepoint sink`;

async function inSavepoint<T>(tx: Transaction, work: () => Promise<T>): Promise<T> {
  await tx.query(`savepoint sink`);
  try {
    const result = await work();
    await tx.query(keep);
    return result;
  } catch (err) {
    await tx.query(undo);
    throw err;
  }
}
