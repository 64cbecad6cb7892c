import { messageOf, policyFor, type Sql } from '@banyan/platform';
import { loadProgress, type PipelineProgress } from './progress.ts';

/** What a direction is doing. */
export type SinkState =
  | { readonly kind: 'starting' }
  | { readonly kind: 'running' }
  /** The cause passes by itself; the batch in hand is tried again. */
  | ({ readonly kind: 'retrying' } & SinkTrouble)
  /** A person must act. It is still tried, slowly, so that it goes on by itself once that happened. */
  | ({ readonly kind: 'stopped' } & SinkTrouble)
  | { readonly kind: 'closed' };

interface SinkTrouble {
  readonly code: string;
  readonly why: string;
  readonly remedy: string;
  /** ISO text. */
  readonly since: string;
}

export interface ParkedLane {
  readonly lane: string;
  readonly changeCount: number;
  /** ISO text: when its first change was parked. */
  readonly since: string;
  /** The change it is stopped at. */
  readonly table: string | null;
  readonly key: number | null;
  readonly position: string | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly remedy: string | null;
  readonly attemptCount: number;
  readonly nextAttemptAt: string | null;
}

/** What the target database knows; `unknown` while it cannot be asked. */
export type DirectionCounts =
  | {
      readonly kind: 'known';
      readonly pipelines: readonly PipelineProgress[];
      readonly parkedLaneCount: number;
      /** The first ones by name, at most {@link shownLaneCount}. */
      readonly parkedLanes: readonly ParkedLane[];
    }
  | { readonly kind: 'unknown'; readonly why: string; readonly remedy: string };

export interface DirectionStatus {
  readonly direction: string;
  readonly source: string;
  readonly target: string;
  readonly state: SinkState;
  /** Seconds the target is behind what was handed over; null before the first batch. */
  readonly lagSeconds: number | null;
  /** Changes that are on the bus and not applied yet; undefined while the bus cannot be asked. */
  readonly backlogCount: number | undefined;
  readonly counts: DirectionCounts;
}

const shownLaneCount = 50;

const countLanes = `select count(distinct lane)::int as count from banyan.parked where direction = $1`;
const readLanes = `
  with recursive head as (
    (select * from banyan.parked where direction = $1 order by lane, id limit 1)
    union all
    select next.* from head cross join lateral (
      select * from banyan.parked where direction = $1 and lane > head.lane order by lane, id limit 1) as next)
  select lane, "table", key, commit_lsn || ':' || ordinal as position, error_code as "errorCode",
         error_message as "errorMessage", remedy, attempt_count as "attemptCount",
         to_char(parked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since,
         to_char(next_attempt_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as "nextAttemptAt",
         (select count(*)::int from banyan.parked p where p.direction = $1 and p.lane = head.lane) as "changeCount"
  from head limit $2`;

/** Never rejects: a status page must say why it knows nothing. */
export async function readCounts(sql: Sql, direction: string): Promise<DirectionCounts> {
  try {
    const pipelines = await loadProgress(sql, direction);
    const { rows: parkedLanes } = await sql.query<ParkedLane>(readLanes, [direction, shownLaneCount]);
    const { rows } = await sql.query<{ count: number }>(countLanes, [direction]);
    return { kind: 'known', pipelines, parkedLaneCount: rows[0]?.count ?? 0, parkedLanes };
  } catch (err) {
    return { kind: 'unknown', why: messageOf(err), remedy: policyFor(err).remedy };
  }
}
