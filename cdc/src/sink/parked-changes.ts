import { isUtf8 } from 'node:buffer';
import type { Transaction } from '@banyan/platform';
import type { BusMessage } from '../bus/change-bus.ts';
import { formatLsn } from '../event/position.ts';
import { pipelineNameOf, type Change } from './change.ts';
import type { ApplyFailure } from './failure.ts';

/** A change to be parked; without a failure it only waits behind another one of its lane. */
export interface ParkedChange {
  readonly change: Change;
  readonly failure: ApplyFailure | undefined;
}

const lanesParked = `
  select t.lane from unnest($2::text[]) as t (lane)
  where exists (select from banyan.parked p where p.direction = $1 and p.lane = t.lane)`;

// The identity column counts in the order of the rows given, which is the order of each lane.
const insertParked = `
  insert into banyan.parked (direction, lane, fingerprint, topic, pipeline, "table", key, commit_lsn, ordinal, headers,
                             event, raw, error_code, error_message, remedy, attempt_count, next_attempt_at)
  select $1, t.lane, t.fingerprint, t.topic, t.pipeline, t."table", t.key, t.lsn, t.ordinal, t.headers::json,
         t.event::json, decode(t.raw, 'base64'), t.code, t.message, t.remedy,
         case when t.code is null then 0 else 1 end,
         case when t.code is null then null else clock_timestamp() + $15 * interval '1 millisecond' end
  from unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::int[], $8::pg_lsn[], $9::bigint[],
              $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $16::text[]) with ordinality
    as t (lane, fingerprint, topic, pipeline, "table", key, lsn, ordinal, headers, event, raw, code, message, remedy, place)
  order by t.place
  on conflict (direction, fingerprint) do nothing
  returning pipeline`;

/** Which of `lanes` have parked changes; what comes for them must wait behind. */
export async function lanesStopped(
  tx: Transaction,
  direction: string,
  lanes: readonly string[],
): Promise<ReadonlySet<string>> {
  const { rows } = await tx.query<{ lane: string }>(lanesParked, [direction, lanes]);
  return new Set(rows.map(({ lane }) => lane));
}

/** @returns the pipelines' names of what was parked now; what was parked before (handed over again) is not among them */
export async function park(
  tx: Transaction,
  direction: string,
  parked: readonly ParkedChange[],
  firstRetryMs: number,
): Promise<readonly string[]> {
  if (parked.length === 0) return [];
  const rows = parked.map(toColumns);
  const column = (name: keyof ParkedColumns) => rows.map((row) => row[name]);
  const { rows: inserted } = await tx.query<{ pipeline: string }>(insertParked, [
    direction,
    column('lane'),
    column('fingerprint'),
    column('topic'),
    column('pipeline'),
    column('table'),
    column('key'),
    column('lsn'),
    column('ordinal'),
    column('headers'),
    column('event'),
    column('raw'),
    column('code'),
    column('message'),
    firstRetryMs,
    column('remedy'),
  ]);
  return inserted.map(({ pipeline }) => pipeline);
}

type ParkedColumns = ReturnType<typeof toColumns>;

function toColumns({ change, failure }: ParkedChange) {
  const { message, lane, fingerprint } = change;
  return {
    lane,
    fingerprint,
    topic: message.topic,
    pipeline: pipelineNameOf(change),
    headers: JSON.stringify(message.headers),
    ...rowColumns(change),
    ...bodyColumns(message.value ?? Buffer.alloc(0)),
    ...failureColumns(failure),
  };
}

function rowColumns(change: Change) {
  if (change.kind === 'lost') return { table: null, key: null, lsn: null, ordinal: null };
  const { commitLsn, ordinal } = change.event.position;
  return { table: change.event.table, key: change.key, lsn: formatLsn(commitLsn), ordinal };
}

function bodyColumns(value: Buffer) {
  return isJsonText(value)
    ? { event: value.toString('utf8'), raw: null }
    : { event: null, raw: value.toString('base64') };
}

function failureColumns(failure: ApplyFailure | undefined) {
  return failure ?? { code: null, message: null, remedy: null };
}

/** A message as it was parked, or as a person corrected it. */
export interface ParkedMessage {
  readonly topic: string;
  readonly lane: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly event: string | null;
  readonly raw: Buffer | null;
}

export function toMessage({ topic, lane, headers, event, raw }: ParkedMessage): BusMessage {
  return { topic, key: lane, headers, value: event === null ? raw : Buffer.from(event) };
}

function isJsonText(value: Buffer): boolean {
  if (!isUtf8(value)) return false;
  try {
    JSON.parse(value.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
