import type { Sql, Transaction } from '@banyan/platform';
import type { ApplyFailure } from './failure.ts';
import type { ParkedMessage } from './parked-changes.ts';

/** One parked change as the redrive reads it. */
export interface ParkedRow extends ParkedMessage {
  readonly id: string;
  readonly pipeline: string;
  readonly attemptCount: number;
}

const readDue = `
  select lane from banyan.parked where direction = $1 and next_attempt_at <= clock_timestamp()
  order by next_attempt_at limit $2`;
// A person who edits the lane holds its rows; then it is somebody else's turn, the direction must not wait.
const readLane = `
  select id, topic, lane, headers, event::text as event, raw, pipeline, attempt_count as "attemptCount"
  from banyan.parked where direction = $1 and lane = $2 order by id limit $3 for update nowait`;
const deleteRows = `delete from banyan.parked where id = any($1::bigint[])`;
const dueNow = `
  update banyan.parked set next_attempt_at = clock_timestamp()
  where id = (select id from banyan.parked where direction = $1 and lane = $2 order by id limit 1)`;
const dueLater = `
  update banyan.parked set error_code = $2, error_message = $3, remedy = $4, attempt_count = attempt_count + 1,
                           next_attempt_at = clock_timestamp() + $5 * interval '1 millisecond'
  where id = $1`;
// The first change of each lane, found by skipping from lane to lane; a lane that somebody edits is left to its editor.
const allDueNow = `
  with recursive head as (
    (select id, lane from banyan.parked where direction = $1 and ($2::text is null or lane = $2) order by lane, id limit 1)
    union all
    select next.id, next.lane from head cross join lateral (
      select id, lane from banyan.parked where direction = $1 and lane > head.lane and $2::text is null
      order by lane, id limit 1) as next)
  update banyan.parked set next_attempt_at = clock_timestamp()
  where id in (select id from banyan.parked where id in (select id from head) for update skip locked)`;

export async function dueLanes(sql: Sql, direction: string, limit: number): Promise<readonly string[]> {
  const { rows } = await sql.query<{ lane: string }>(readDue, [direction, limit]);
  return rows.map(({ lane }) => lane);
}

/** Locks what it returns. @throws 55P03 when somebody else holds a row of the lane */
export async function readParkedLane(
  tx: Transaction,
  direction: string,
  lane: string,
  limit: number,
): Promise<readonly ParkedRow[]> {
  const { rows } = await tx.query<ParkedRow>(readLane, [direction, lane, limit]);
  return rows;
}

export async function deleteParked(tx: Transaction, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await tx.query(deleteRows, [ids]);
}

/** The lane's first remaining change is tried at once. */
export async function continueLane(tx: Transaction, direction: string, lane: string): Promise<void> {
  await tx.query(dueNow, [direction, lane]);
}

export async function retryLater(tx: Transaction, id: string, failure: ApplyFailure, delayMs: number): Promise<void> {
  await tx.query(dueLater, [id, failure.code, failure.message, failure.remedy, delayMs]);
}

/** @returns how many lanes are tried now */
export async function makeDue(sql: Sql, direction: string, lane: string | null): Promise<number> {
  const { rowCount } = await sql.query(allDueNow, [direction, lane]);
  return rowCount ?? 0;
}
