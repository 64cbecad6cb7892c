import type { Database, Sql } from '@banyan/platform';
import { liftOf, sinceOf, type OrderEntry } from './order-entry.ts';

/** Said when somebody has written; it carries nothing, everybody reads the table. */
export const ordersChannel = 'banyan_override';

interface Row {
  readonly capability: string;
  readonly scope: string;
  readonly side: 'legacy' | 'extracted' | null;
  readonly reason: string;
  readonly given_by: string;
  readonly since: string;
}

const readOrders = `
  select capability, scope, side, reason, given_by,
         to_char(since, 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as since
  from banyan.override`;

// The comparison is that of `isNewer` in order-entry.ts: a replica that comes late with an older word changes nothing.
const writeOrders = `
  insert into banyan.override as held (capability, scope, side, reason, given_by, since)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::timestamptz[])
  on conflict (capability, scope) do update
  set side = excluded.side, reason = excluded.reason, given_by = excluded.given_by, since = excluded.since
  where (held.since, case held.side when 'legacy' then 2 when 'extracted' then 0 else 1 end)
      < (excluded.since, case excluded.side when 'legacy' then 2 when 'extracted' then 0 else 1 end)`;
const forgetLifted = `delete from banyan.override where side is null and since < now() - interval '30 days'`;
const tellReplicas = `select pg_notify($1, '')`;

export async function readSharedOrders(sql: Sql): Promise<readonly OrderEntry[]> {
  const { rows } = await sql.query<Row>(readOrders);
  return rows.map(entryOf);
}

/** The orders and the word that they are there, in one transaction. */
export async function writeSharedOrders(database: Database, entries: readonly OrderEntry[]): Promise<void> {
  const rows = entries.map(rowOf);
  const columns = (['capability', 'scope', 'side', 'reason', 'given_by', 'since'] as const).map((name) =>
    rows.map((row) => row[name]),
  );
  await database.transaction(async (tx) => {
    await tx.query(writeOrders, columns);
    await tx.query(forgetLifted);
    await tx.query(tellReplicas, [ordersChannel]);
  });
}

function entryOf({ capability, scope, side, reason, given_by: by, since }: Row): OrderEntry {
  const subject = scope === '' ? undefined : scope;
  if (side === null) return liftOf({ capability, subject }, by, since);
  const order = { capability, side, reason, since, by };
  return { kind: 'given', order: subject === undefined ? order : { ...order, subject } };
}

function rowOf(entry: OrderEntry): Row {
  const { capability, subject = '', by } = entry.kind === 'given' ? entry.order : entry;
  const { side, reason } = entry.kind === 'given' ? entry.order : { side: null, reason: '' };
  return { capability, scope: subject, side, reason, given_by: by, since: sinceOf(entry) };
}
