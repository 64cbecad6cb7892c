import type { Sql } from '@banyan/platform';

export interface SlotLag {
  /** WAL written and not yet confirmed, in bytes. */
  readonly lagBytes: number;
  /** WAL the server keeps for the slot, in bytes. */
  readonly retainedBytes: number;
  readonly isActive: boolean;
  /** reserved, extended, unreserved or lost; the last two mean that the server is about to give the slot up. */
  readonly walStatus: string;
}

/** @returns undefined when there is no such slot */
export async function readSlotLag(sql: Sql, slot: string): Promise<SlotLag | undefined> {
  const { rows } = await sql.query<SlotLag>(select, [slot]);
  return rows[0];
}

// float8: exact up to 2^53 bytes, and read as a number.
const select = `
  select greatest(pg_current_wal_lsn() - confirmed_flush_lsn, 0)::float8 as "lagBytes",
    coalesce(greatest(pg_current_wal_lsn() - restart_lsn, 0), 0)::float8 as "retainedBytes",
    active as "isActive", coalesce(wal_status, 'unknown') as "walStatus"
    from pg_replication_slots where slot_name = $1`;
