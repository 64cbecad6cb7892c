import { BanyanError, type Database, type Sql } from '@banyan/platform';
import { formatLsn, parseLsn } from '../event/position.ts';
import { insertRecord, readRecord, type CaptureRecord } from './capture-record.ts';
import type { CaptureFailpoint } from './failpoint.ts';
import { createExportedSlot, type ConnectionParts, type ExportedSlot } from './replication-stream.ts';

/** What pg_replication_slots says about our slot. */
export interface SlotFacts {
  readonly plugin: string;
  readonly isInThisDatabase: boolean;
  readonly confirmedLsn: bigint;
  /** Why the server threw its WAL away, undefined while it is usable. */
  readonly invalidation: string | undefined;
}

/** What slot and record say together. */
export type SlotVerdict =
  | { readonly kind: 'create' }
  /** The slot was made and we ended before it was recorded: nothing was streamed yet, so it stands where it began. */
  | { readonly kind: 'adopt'; readonly consistentLsn: bigint }
  | { readonly kind: 'resume'; readonly record: CaptureRecord }
  | { readonly kind: 'foreign'; readonly reason: string }
  | { readonly kind: 'lost'; readonly reason: string };

export function judgeSlot(record: CaptureRecord | undefined, slot: SlotFacts | undefined): SlotVerdict {
  if (!slot) return record ? { kind: 'lost', reason: 'it does not exist any more' } : { kind: 'create' };
  if (slot.plugin !== 'pgoutput' || !slot.isInThisDatabase)
    return {
      kind: 'foreign',
      reason: slot.isInThisDatabase ? `it decodes with ${slot.plugin}` : 'it is in another database',
    };
  if (slot.invalidation !== undefined)
    return { kind: 'lost', reason: `the server invalidated it (${slot.invalidation})` };
  if (!record) return { kind: 'adopt', consistentLsn: slot.confirmedLsn };
  // The record is written first, so only somebody else can have moved the slot past it.
  if (slot.confirmedLsn > record.acknowledgedLsn)
    return { kind: 'lost', reason: gap(record.acknowledgedLsn, slot.confirmedLsn) };
  return { kind: 'resume', record };
}

function gap(from: bigint, to: bigint): string {
  return `it was made again or moved: changes from ${formatLsn(from)} to ${formatLsn(to)} are missing`;
}

export interface SlotParts {
  readonly source: string;
  readonly slot: string;
  readonly database: Database;
  readonly connection: ConnectionParts;
  readonly failpoint: CaptureFailpoint;
}

/** A usable slot and what is recorded about it; `exported` only when it was created just now. */
export interface ReadySlot {
  readonly record: CaptureRecord;
  readonly exported: ExportedSlot | undefined;
}

/**
 * Finds the slot, or creates it when there never was one.
 *
 * @throws {BanyanError} CDC_SLOT_LOST when changes are missing, CDC_SLOT_FOREIGN when the name is taken; a slot is never made again silently
 */
export async function ensureSlot(parts: SlotParts): Promise<ReadySlot> {
  const { database, source, slot } = parts;
  const verdict = judgeSlot(await readRecord(database, source), await readSlot(database, slot));
  switch (verdict.kind) {
    case 'create':
      return createSlot(parts);
    case 'adopt':
      return { record: await record(parts, verdict.consistentLsn), exported: undefined };
    case 'resume':
      return { record: verdict.record, exported: undefined };
    case 'foreign':
      throw new BanyanError('CDC_SLOT_FOREIGN', `The replication slot "${slot}" is not ours: ${verdict.reason}.`, {
        remedy: 'Drop it if nobody needs it, then start again.',
        concerning: slot,
      });
    case 'lost':
      throw slotLost(source, slot, verdict.reason);
  }
}

async function createSlot(parts: SlotParts): Promise<ReadySlot> {
  const exported = await createExportedSlot(parts.connection, parts.slot);
  try {
    await parts.failpoint('slot-created');
    return { record: await record(parts, exported.consistentLsn), exported };
  } catch (err) {
    await exported.release();
    throw err;
  }
}

async function record({ database, source, slot }: SlotParts, consistentLsn: bigint): Promise<CaptureRecord> {
  await insertRecord(database, source, slot, consistentLsn);
  return { slot, consistentLsn, acknowledgedLsn: consistentLsn, isSnapshotComplete: false };
}

function slotLost(source: string, slot: string, reason: string): BanyanError {
  return new BanyanError('CDC_SLOT_LOST', `The replication slot "${slot}" of "${source}" is lost: ${reason}.`, {
    remedy:
      `Changes are missing on the other side. Drop the slot, run "delete from banyan.capture where source = '${source}'" in the source ` +
      'and start again; then compare both sides, because a new snapshot does not show what was deleted meanwhile.',
    concerning: slot,
  });
}

interface SlotRow {
  readonly plugin: string;
  readonly isInThisDatabase: boolean;
  readonly confirmed: string;
  readonly invalidation: string | null;
}

async function readSlot(sql: Sql, slot: string): Promise<SlotFacts | undefined> {
  const { rows } = await sql.query<SlotRow>(selectSlot, [slot]);
  const [row] = rows;
  return (
    row && {
      plugin: row.plugin,
      isInThisDatabase: row.isInThisDatabase,
      confirmedLsn: parseLsn(row.confirmed),
      invalidation: row.invalidation ?? undefined,
    }
  );
}

// invalidation_reason came with PostgreSQL 17; to_jsonb reads a column that may not exist.
const selectSlot = `
  select coalesce(plugin, 'physical') as plugin, coalesce(database = current_database(), false) as "isInThisDatabase",
    coalesce(confirmed_flush_lsn, '0/0')::text as confirmed,
    coalesce(to_jsonb(s) ->> 'invalidation_reason', case when wal_status = 'lost' then 'wal removed' end) as invalidation
    from pg_replication_slots s where slot_name = $1`;
