import { onlyRow, type Sql } from '../db/pool.ts';
import { toUtc } from '../local-time.ts';
import type { OwnListing } from './own-listing.ts';

export interface Feedback {
  readonly id: number;
  readonly userId: number;
  readonly tripId: number | null;
  readonly rating: number;
  readonly text: string;
  readonly createdAt: string;
}

interface FeedbackRow {
  readonly fdbk_no: number;
  readonly usr_no: number;
  readonly trip_no: number | null;
  readonly scr: number;
  readonly cmt: string;
  readonly reg_dt: string;
}

const columns = `fdbk_no, usr_no, trip_no, scr, cmt, reg_dt`;
const insertFeedback = `insert into fdbk (usr_no, trip_no, scr, cmt) values ($1, $2, $3, $4) returning ${columns}`;
const listNewestFirst = `
  select ${columns} from fdbk where usr_no = $1 and ($2::int is null or fdbk_no < $2) order by fdbk_no desc limit $3`;

export async function addFeedback(
  sql: Sql,
  { userId, tripId, rating, text }: Omit<Feedback, 'id' | 'createdAt'>,
): Promise<Feedback> {
  const { rows } = await sql.query<FeedbackRow>(insertFeedback, [userId, tripId, rating, text]);
  return toFeedback(onlyRow(rows));
}

/** By number, downwards; one row more than `limit` when there are more. */
export async function listFeedback(sql: Sql, { userId, beforeId, limit }: OwnListing): Promise<readonly Feedback[]> {
  const { rows } = await sql.query<FeedbackRow>(listNewestFirst, [userId, beforeId ?? null, limit + 1]);
  return rows.map(toFeedback);
}

function toFeedback(row: FeedbackRow): Feedback {
  return {
    id: row.fdbk_no,
    userId: row.usr_no,
    tripId: row.trip_no,
    rating: row.scr,
    text: row.cmt,
    createdAt: toUtc(row.reg_dt),
  };
}
