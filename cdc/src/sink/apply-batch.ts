import type { Direction } from '../pipelines/pipeline.ts';
import { applyIsolated } from './apply-isolated.ts';
import { pipelineNameOf, type Change } from './change.ts';
import type { Failpoint } from './failpoint.ts';
import type { Outcome } from './fold.ts';
import type { OriginSession } from './origin-session.ts';
import { lanesStopped, park, type ParkedChange } from './parked-changes.ts';
import { saveProgress } from './progress.ts';
import type { RetryTimes } from './retry-times.ts';
import { originMarkOf, tally, type Tally } from './tally.ts';

export interface BatchParts {
  readonly session: OriginSession;
  readonly direction: Direction;
  readonly failpoint: Failpoint;
  readonly retry: RetryTimes;
}

/**
 * Applies a batch in one transaction on the target: rows, row versions, parked changes and exact counts, or nothing.
 *
 * @throws failures that hit any change (a lost connection, a missing table); the batch must be handed over again then
 */
export async function applyBatch(parts: BatchParts, changes: readonly Change[]): Promise<readonly Tally[]> {
  const { session, direction, failpoint, retry } = parts;
  const lanes = [...new Set(changes.map(({ lane }) => lane))];
  await failpoint('before-apply');
  const tallies = await session.transaction(originMarkOf(changes), async (tx) => {
    const stopped = await lanesStopped(tx, direction.name, lanes);
    const { outcomes } = await applyIsolated(tx, direction, changes, stopped);
    const counts = tally(changes, outcomes);
    const toPark = notApplied(changes, outcomes);
    const parkedNow = await park(tx, direction.name, toPark, retry.firstMs);
    // What was parked before was handed over again.
    for (const { change } of toPark) counts.add(pipelineNameOf(change), { staleCount: 1 });
    for (const pipeline of parkedNow) counts.add(pipeline, { staleCount: -1, parkedCount: 1 });
    await saveProgress(tx, direction.name, counts.all);
    await failpoint('before-commit');
    return counts.all;
  });
  await failpoint('after-commit');
  return tallies;
}

function notApplied(changes: readonly Change[], outcomes: readonly Outcome[]): readonly ParkedChange[] {
  return changes.flatMap((change, index): readonly ParkedChange[] => {
    const outcome = outcomes[index];
    if (outcome?.kind === 'failed') return [{ change, failure: outcome.failure }];
    return outcome?.kind === 'behind' ? [{ change, failure: undefined }] : [];
  });
}
