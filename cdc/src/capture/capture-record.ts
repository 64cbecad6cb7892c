import type { Sql } from '@banyan/platform';
import { formatLsn, parseLsn } from '../event/position.ts';

/** What a capture remembers in its source database, in `banyan.capture`. */
export interface CaptureRecord {
  readonly slot: string;
  /** Where the slot began: the stamp of every snapshot row, and older than every streamed change. */
  readonly consistentLsn: bigint;
  /** Written before the slot is told, so a slot that is ahead of it is not the slot we knew. */
  readonly acknowledgedLsn: bigint;
  readonly isSnapshotComplete: boolean;
}

export async function readRecord(sql: Sql, source: string): Promise<CaptureRecord | undefined> {
  const { rows } = await sql.query<{ slot: string; consistent: string; acknowledged: string; complete: boolean }>(
    select,
    [source],
  );
  const [row] = rows;
  return (
    row && {
      slot: row.slot,
      consistentLsn: parseLsn(row.consistent),
      acknowledgedLsn: parseLsn(row.acknowledged),
      isSnapshotComplete: row.complete,
    }
  );
}

export async function insertRecord(sql: Sql, source: string, slot: string, consistentLsn: bigint): Promise<void> {
  await sql.query(insert, [source, slot, formatLsn(consistentLsn)]);
}

/** Never goes backwards. */
export async function recordAcknowledged(sql: Sql, source: string, lsn: bigint): Promise<void> {
  await sql.query(updateAcknowledged, [source, formatLsn(lsn)]);
}

export async function recordSnapshotComplete(sql: Sql, source: string): Promise<void> {
  await sql.query(updateSnapshot, [source]);
}

const select = `
  select slot, consistent_lsn::text as consistent, acknowledged_lsn::text as acknowledged, snapshot_completed_at is not null as complete
    from banyan.capture where source = $1`;
const insert = `
  insert into banyan.capture (source, slot, consistent_lsn, acknowledged_lsn) values ($1, $2, $3::pg_lsn, $3::pg_lsn)`;
const updateAcknowledged = `
  update banyan.capture set acknowledged_lsn = $2::pg_lsn where source = $1 and acknowledged_lsn < $2::pg_lsn`;
const updateSnapshot = `update banyan.capture set snapshot_completed_at = now() where source = $1`;
