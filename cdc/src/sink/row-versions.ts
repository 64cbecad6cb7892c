import type { Transaction } from '@banyan/platform';
import { formatLsn, parseLsn, type Position } from '../event/position.ts';
import type { RowChange } from './change.ts';
import type { TouchedRow } from './fold.ts';

/** The position of the last change applied to each row, also of rows that are gone. */
export interface RowVersions {
  positionOf(change: RowChange): Position | undefined;
}

// One sink per direction (its replication origin admits no second), so reading needs no lock.
const loadVersions = `
  select v."table", v.key, v.commit_lsn as "commitLsn", v.ordinal
  from unnest($2::text[], $3::int[]) as wanted ("table", key)
  join banyan.row_version v on v.direction = $1 and v."table" = wanted."table" and v.key = wanted.key`;
const saveVersions = `
  insert into banyan.row_version (direction, "table", key, commit_lsn, ordinal, deleted)
  select $1, * from unnest($2::text[], $3::int[], $4::pg_lsn[], $5::bigint[], $6::boolean[])
  on conflict (direction, "table", key) do update
    set commit_lsn = excluded.commit_lsn, ordinal = excluded.ordinal, deleted = excluded.deleted`;

export async function loadRowVersions(
  tx: Transaction,
  direction: string,
  changes: readonly RowChange[],
): Promise<RowVersions> {
  const wanted = new Map(changes.map((change) => [nameOf(change.event.table, change.key), change]));
  const tables = [...wanted.values()].map(({ event }) => event.table);
  const keys = [...wanted.values()].map(({ key }) => key);
  const { rows } = await tx.query<VersionRow>(loadVersions, [direction, tables, keys]);
  const positions = new Map(rows.map((row) => [nameOf(row.table, row.key), toPosition(row)]));
  return { positionOf: (change) => positions.get(nameOf(change.event.table, change.key)) };
}

export async function saveRowVersions(tx: Transaction, direction: string, rows: readonly TouchedRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(saveVersions, [
    direction,
    rows.map(({ table }) => table),
    rows.map(({ key }) => key),
    rows.map(({ position }) => formatLsn(position.commitLsn)),
    rows.map(({ position }) => position.ordinal),
    rows.map(({ after }) => after === undefined),
  ]);
}

interface VersionRow {
  readonly table: string;
  readonly key: number;
  readonly commitLsn: string;
  readonly ordinal: string;
}

function toPosition({ commitLsn, ordinal }: VersionRow): Position {
  return { commitLsn: parseLsn(commitLsn), ordinal: Number(ordinal) };
}

function nameOf(table: string, key: number): string {
  return `${table}/${key}`;
}
