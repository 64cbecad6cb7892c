import type { Sql } from '../db/pool.ts';
import { toUtc } from '../local-time.ts';

export interface User {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly roles: readonly string[];
  readonly tripCount: number;
  readonly registeredAt: string;
}

interface UserRow {
  readonly usr_no: number;
  readonly usr_nm: string;
  readonly email: string;
  readonly usr_typ: 'C' | 'O';
  readonly trip_cnt: number;
  readonly reg_dt: string;
}

export interface Login {
  readonly userId: number;
  readonly isOperator: boolean;
  readonly passwordHash: string;
}

const columns = `usr_no, usr_nm, email, usr_typ, trip_cnt, reg_dt`;
const selectUser = `select ${columns} from usr_mst where usr_no = $1`;
const updateName = `update usr_mst set usr_nm = $2 where usr_no = $1 returning ${columns}`;
const selectLogin = `
  select usr_no as "userId", usr_typ = 'O' as "isOperator", pwd_hash as "passwordHash"
    from usr_mst where email = $1 and stat = 'A'`;

export async function findUser(sql: Sql, userNo: number): Promise<User | undefined> {
  const { rows } = await sql.query<UserRow>(selectUser, [userNo]);
  return rows.map(toUser)[0];
}

export async function renameUser(sql: Sql, userNo: number, name: string): Promise<User | undefined> {
  const { rows } = await sql.query<UserRow>(updateName, [userNo, name]);
  return rows.map(toUser)[0];
}

/** Active users only. */
export async function findLogin(sql: Sql, email: string): Promise<Login | undefined> {
  const { rows } = await sql.query<Login>(selectLogin, [email.toLowerCase()]);
  return rows[0];
}

function toUser(row: UserRow): User {
  return {
    id: row.usr_no,
    name: row.usr_nm,
    email: row.email,
    roles: row.usr_typ === 'O' ? ['operator'] : [],
    tripCount: row.trip_cnt,
    registeredAt: toUtc(row.reg_dt),
  };
}
