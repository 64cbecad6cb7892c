import type { Sql, Transaction } from '@banyan/platform';
import { formatLsn } from '../event/position.ts';
import type { Tally } from './tally.ts';

/** One pipeline's exact counts, as `banyan sync status` shows them. */
export interface PipelineProgress {
  readonly pipeline: string;
  readonly appliedCount: number;
  readonly staleCount: number;
  readonly parkedCount: number;
  /** The furthest change handled: `16/B374D848:3`; null before the first one. */
  readonly position: string | null;
  /** When the source committed it, ISO text. */
  readonly committedAt: string | null;
}

const addProgress = `
  insert into banyan.progress as p
    (direction, pipeline, applied_count, stale_count, parked_count, commit_lsn, ordinal, committed_at)
  select $1, t.pipeline, t.applied, t.stale, t.parked, t.lsn, t.ordinal,
         timestamptz 'epoch' + t.micros * interval '1 microsecond'
  from unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::pg_lsn[], $7::bigint[], $8::bigint[])
    as t (pipeline, applied, stale, parked, lsn, ordinal, micros)
  on conflict (direction, pipeline) do update set
    applied_count = p.applied_count + excluded.applied_count,
    stale_count = p.stale_count + excluded.stale_count,
    parked_count = p.parked_count + excluded.parked_count,
    (commit_lsn, ordinal, committed_at) = (
      select f.commit_lsn, f.ordinal, f.committed_at
      from (values (p.commit_lsn, p.ordinal, p.committed_at), (excluded.commit_lsn, excluded.ordinal, excluded.committed_at))
        as f (commit_lsn, ordinal, committed_at)
      order by f.commit_lsn desc nulls last, f.ordinal desc nulls last limit 1)`;

const readProgress = `
  select pipeline, applied_count as "appliedCount", stale_count as "staleCount", parked_count as "parkedCount",
         commit_lsn || ':' || ordinal as position,
         to_char(committed_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "committedAt"
  from banyan.progress where direction = $1 order by pipeline`;

const readParkedCount = `select coalesce(sum(parked_count), 0)::int as count from banyan.progress where direction = $1`;

/** Changes parked now, without looking through them. */
export async function loadParkedCount(sql: Sql, direction: string): Promise<number> {
  const { rows } = await sql.query<{ count: number }>(readParkedCount, [direction]);
  return rows[0]?.count ?? 0;
}

export async function saveProgress(tx: Transaction, direction: string, tallies: readonly Tally[]): Promise<void> {
  await tx.query(addProgress, [
    direction,
    tallies.map(({ pipeline }) => pipeline),
    tallies.map(({ appliedCount }) => appliedCount),
    tallies.map(({ staleCount }) => staleCount),
    tallies.map(({ parkedCount }) => parkedCount),
    tallies.map(({ furthest }) => (furthest ? formatLsn(furthest.position.commitLsn) : null)),
    tallies.map(({ furthest }) => furthest?.position.ordinal ?? null),
    tallies.map(({ furthest }) => furthest?.committedAtMicros ?? null),
  ]);
}

export async function loadProgress(sql: Sql, direction: string): Promise<readonly PipelineProgress[]> {
  const { rows } = await sql.query<ProgressRow>(readProgress, [direction]);
  return rows.map((row) => ({
    ...row,
    appliedCount: Number(row.appliedCount),
    staleCount: Number(row.staleCount),
    parkedCount: Number(row.parkedCount),
  }));
}

type ProgressRow = Omit<PipelineProgress, 'appliedCount' | 'staleCount' | 'parkedCount'> &
  Readonly<Record<'appliedCount' | 'staleCount' | 'parkedCount', string>>;
