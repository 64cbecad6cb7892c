import type { Sql } from '../db/pool.ts';
import { toUtc } from '../local-time.ts';
import type { OwnListing } from './own-listing.ts';

export interface Account {
  readonly userId: number;
  /** Whole credits that are left. */
  readonly credits: number;
}

export interface Charge {
  readonly id: number;
  readonly userId: number;
  readonly tripId: number | null;
  readonly credits: number;
  readonly reason: string;
  readonly chargedAt: string;
}

interface ChargeRow {
  readonly chrg_no: number;
  readonly usr_no: number;
  readonly trip_no: number | null;
  readonly amt: number;
  readonly rsn: string;
  readonly chrg_dt: string;
}

const columns = `chrg_no, usr_no, trip_no, amt, rsn, chrg_dt`;
const selectAccount = `select usr_no as "userId", crdt_amt as credits from bil_acct where usr_no = $1`;
const takeAndCharge = `
  with taken as (
    update bil_acct set crdt_amt = crdt_amt - $3 where usr_no = $1 and crdt_amt >= $3 returning usr_no)
  insert into bil_chrg (usr_no, trip_no, amt, rsn) select usr_no, $2, $3, $4 from taken returning ${columns}`;
const listNewestFirst = `
  select ${columns} from bil_chrg where usr_no = $1 and ($2::int is null or chrg_no < $2) order by chrg_no desc limit $3`;

export async function findAccount(sql: Sql, userNo: number): Promise<Account | undefined> {
  const { rows } = await sql.query<Account>(selectAccount, [userNo]);
  return rows[0];
}

/** Takes the credits and writes the charge, or does neither: undefined when there is no account or too little on it. */
export async function charge(
  sql: Sql,
  { userId, tripId, credits, reason }: Omit<Charge, 'id' | 'chargedAt'>,
): Promise<Charge | undefined> {
  const { rows } = await sql.query<ChargeRow>(takeAndCharge, [userId, tripId, credits, reason]);
  return rows.map(toCharge)[0];
}

/** By number, downwards; one row more than `limit` when there are more. */
export async function listCharges(sql: Sql, { userId, beforeId, limit }: OwnListing): Promise<readonly Charge[]> {
  const { rows } = await sql.query<ChargeRow>(listNewestFirst, [userId, beforeId ?? null, limit + 1]);
  return rows.map(toCharge);
}

function toCharge(row: ChargeRow): Charge {
  return {
    id: row.chrg_no,
    userId: row.usr_no,
    tripId: row.trip_no,
    credits: row.amt,
    reason: row.rsn,
    chargedAt: toUtc(row.chrg_dt),
  };
}
