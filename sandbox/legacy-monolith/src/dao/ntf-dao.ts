import type { Sql } from '../db/pool.ts';
import { toUtc } from '../local-time.ts';
import type { OwnListing } from './own-listing.ts';

export interface Notification {
  readonly id: number;
  readonly userId: number;
  readonly text: string;
  readonly createdAt: string;
}

interface MessageRow {
  readonly msg_no: number;
  readonly usr_no: number;
  readonly msg_txt: string;
  readonly reg_dt: string;
}

const columns = `msg_no, usr_no, msg_txt, reg_dt`;
// No row when there is no such user.
const insertMessage = `
  insert into ntf_msg (usr_no, msg_txt) select usr_no, $2 from usr_mst where usr_no = $1 returning ${columns}`;
const listNewestFirst = `
  select ${columns} from ntf_msg where usr_no = $1 and ($2::int is null or msg_no < $2) order by msg_no desc limit $3`;

/** Undefined when there is no such user. */
export async function addNotification(sql: Sql, userNo: number, text: string): Promise<Notification | undefined> {
  const { rows } = await sql.query<MessageRow>(insertMessage, [userNo, text]);
  return rows.map(toNotification)[0];
}

/** By number, downwards; one row more than `limit` when there are more. */
export async function listNotifications(
  sql: Sql,
  { userId, beforeId, limit }: OwnListing,
): Promise<readonly Notification[]> {
  const { rows } = await sql.query<MessageRow>(listNewestFirst, [userId, beforeId ?? null, limit + 1]);
  return rows.map(toNotification);
}

function toNotification(row: MessageRow): Notification {
  return { id: row.msg_no, userId: row.usr_no, text: row.msg_txt, createdAt: toUtc(row.reg_dt) };
}
