import { readFile, readdir } from 'node:fs/promises';
import type { Sql } from './pool.ts';

const directory = new URL('../../sql/', import.meta.url);

const createVersions = `
  create table if not exists sys_ver (ver_nm varchar(60) primary key, aply_dt timestamp(0) not null)`;
const readVersions = `select ver_nm from sys_ver`;
const writeVersion = `insert into sys_ver (ver_nm, aply_dt) values ($1, localtimestamp)`;

/** Applies the files of `sql/` that this database has not seen, in the order of their names. The caller holds the lock and the transaction. */
export async function applySchema(sql: Sql): Promise<readonly string[]> {
  await sql.query(createVersions);
  const { rows } = await sql.query<{ ver_nm: string }>(readVersions);
  const applied = new Set(rows.map(({ ver_nm }) => ver_nm));
  const names = (await readdir(directory)).filter((name) => name.endsWith('.sql') && !applied.has(name)).sort();
  for (const name of names) {
    await sql.query(await readFile(new URL(name, directory), 'utf8'));
    await sql.query(writeVersion, [name]);
  }
  return names;
}
