import type { Transaction } from '@banyan/platform';
import { isAfter } from '../event/position.ts';
import type { AnyPipeline, Direction } from '../pipelines/pipeline.ts';
import type { Change, RowChange } from './change.ts';
import { fold, type Folded, type TouchedRow } from './fold.ts';
import { loadRowVersions, saveRowVersions, type RowVersions } from './row-versions.ts';

/**
 * Applies changes as one set: a few statements per table, however many changes there are. Only the last state of each row is written;
 * a state in between, which the target might refuse, was left by the source itself.
 *
 * @throws whatever the target says; nothing tells then which change it was
 */
export async function applySet(
  tx: Transaction,
  direction: Direction,
  changes: readonly Change[],
  stoppedLanes: ReadonlySet<string>,
): Promise<Folded> {
  const rowChanges = changes.filter((change) => change.kind === 'row');
  const versions = await loadRowVersions(tx, direction.name, rowChanges);
  const recordOf = await loadRecords(tx, direction, rowChanges.filter(isNewerThan(versions)));
  const folded = fold(changes, { ...versions, recordOf }, stoppedLanes);
  await write(tx, direction, folded.rows);
  await saveRowVersions(tx, direction.name, folded.rows);
  return folded;
}

/** What was applied before (a whole batch handed over again, as a rule) needs no record and no lock. */
function isNewerThan(versions: RowVersions): (change: RowChange) => boolean {
  return (change) => {
    const position = versions.positionOf(change);
    return !position || isAfter(change.event.position, position);
  };
}

async function loadRecords(
  tx: Transaction,
  { pipelines }: Direction,
  changes: readonly RowChange[],
): Promise<(change: RowChange) => unknown> {
  const records = new Map<AnyPipeline, ReadonlyMap<number, unknown>>();
  for (const pipeline of pipelines) {
    const keys = new Set(changes.filter((change) => change.pipeline === pipeline).map(({ key }) => key));
    if (keys.size > 0) records.set(pipeline, await pipeline.target.load(tx, [...keys]));
  }
  return ({ pipeline, key }) => records.get(pipeline)?.get(key);
}

/** Removes first: a unique value that moves to another row is free then. A set that needs another order is taken apart by the caller. */
async function write(tx: Transaction, { pipelines }: Direction, rows: readonly TouchedRow[]): Promise<void> {
  for (const pipeline of [...pipelines].reverse()) {
    const gone = rows.filter((row) => row.pipeline === pipeline && row.after === undefined && row.before !== undefined);
    if (gone.length > 0)
      await pipeline.target.remove(
        tx,
        gone.map(({ key }) => key),
      );
  }
  for (const pipeline of pipelines) {
    // A translation that hands back the existing record changed nothing; writing it would only touch triggers.
    const changed = rows.filter(
      (row) => row.pipeline === pipeline && row.after !== undefined && row.after !== row.before,
    );
    if (changed.length > 0)
      await pipeline.target.save(
        tx,
        changed.map(({ after }) => after),
      );
  }
}
