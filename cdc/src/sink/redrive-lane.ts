import type { Transaction } from '@banyan/platform';
import type { Direction } from '../pipelines/pipeline.ts';
import { applyIsolated } from './apply-isolated.ts';
import { toChange, type Change } from './change.ts';
import type { Outcome } from './fold.ts';
import type { OriginSession } from './origin-session.ts';
import { toMessage } from './parked-changes.ts';
import { continueLane, deleteParked, readParkedLane, retryLater, type ParkedRow } from './parked-lane.ts';
import { saveProgress } from './progress.ts';
import { retryDelayMs, type RetryTimes } from './retry-times.ts';
import { tally, type Tally } from './tally.ts';

export interface RedriveParts {
  readonly session: OriginSession;
  readonly direction: Direction;
  readonly retry: RetryTimes;
}

/** So many changes of one lane are read and applied in one transaction. */
const portionCount = 500;

/**
 * Tries the first changes of a parked lane again, in order, on the same path as any batch. Those that are applied (or meanwhile stale)
 * leave the lane; the first that fails stays and is tried later. When none is left, the lane flows again.
 *
 * @throws failures that hit any change; 55P03 while a person edits the lane
 */
export async function redriveLane(parts: RedriveParts, lane: string): Promise<readonly Tally[]> {
  const { session, direction, retry } = parts;
  return session.transaction(undefined, async (tx) => {
    const rows = await readParkedLane(tx, direction.name, lane, portionCount);
    const entries = rows.map((row) => ({ row, change: toChange(toMessage(row), direction) }));
    const tried = entries.filter((entry): entry is TriedEntry => entry.change !== undefined);
    const changes = tried.map(({ change }) => change);
    const { outcomes } = await applyIsolated(tx, direction, changes, new Set());
    // A correction that emptied the message leaves nothing to apply: the change is discarded.
    const remaining = new Set(tried.filter((_entry, index) => isWaiting(outcomes[index])).map(({ row }) => row));
    const done = rows.filter((row) => !remaining.has(row));

    const counts = tally(changes, outcomes);
    for (const { pipeline } of done) counts.add(pipeline, { parkedCount: -1 });
    await deleteParked(tx, idsOf(done));
    await settleLane(tx, { direction: direction.name, lane, tried, outcomes, retry });
    await saveProgress(tx, direction.name, counts.all);
    return counts.all;
  });
}

interface TriedEntry {
  readonly row: ParkedRow;
  readonly change: Change;
}

interface Attempt {
  readonly direction: string;
  readonly lane: string;
  readonly tried: readonly TriedEntry[];
  readonly outcomes: readonly Outcome[];
  readonly retry: RetryTimes;
}

async function settleLane(tx: Transaction, { direction, lane, tried, outcomes, retry }: Attempt): Promise<void> {
  const index = outcomes.findIndex(({ kind }) => kind === 'failed');
  const outcome = outcomes[index];
  const row = tried[index]?.row;
  if (outcome?.kind === 'failed' && row)
    await retryLater(tx, row.id, outcome.failure, retryDelayMs(row.attemptCount, retry));
  else await continueLane(tx, direction, lane);
}

function isWaiting(outcome: Outcome | undefined): boolean {
  return outcome?.kind === 'failed' || outcome?.kind === 'behind';
}

function idsOf(rows: readonly ParkedRow[]): readonly string[] {
  return rows.map(({ id }) => id);
}
