import { expect, inject, test } from 'vitest';
import { createScratchDatabase } from './index.ts';

async function aDatabase() {
  const scratch = await createScratchDatabase(inject('postgresUrl'));
  return { scratch, name: new URL(scratch.url.reveal()).pathname.slice(1) };
}

test('a scratch database is empty and of its own', async () => {
  const [one, other] = [await aDatabase(), await aDatabase()];
  await one.scratch.database.query('create table place (id int)');
  const { rows } = await other.scratch.database.query(
    `select current_database() as name, to_regclass('place') as place`,
  );
  expect(rows).toEqual([{ name: other.name, place: null }]);
  await one.scratch.drop();
  await other.scratch.drop();
});

test('a scratch database is dropped with its connections, slots and origins', async () => {
  const witness = await aDatabase();
  const { scratch, name } = await aDatabase();
  await scratch.database.query(`select pg_create_logical_replication_slot($1, 'pgoutput')`, [name]);
  const holding = scratch.database.session(async (session) => {
    await session.query('select pg_replication_origin_create($1)', [`it@${name}`]);
    await session.query('select pg_replication_origin_session_setup($1)', [`it@${name}`]);
    await scratch.drop();
    await session.query('select 1');
  });
  await expect(holding).rejects.toThrow();
  const { rows } = await witness.scratch.database.query(
    `select exists (select from pg_database where datname = $1) as "hasDatabase",
            exists (select from pg_replication_slots where slot_name = $1) as "hasSlot",
            exists (select from pg_replication_origin where roname = 'it@' || $1) as "hasOrigin"`,
    [name],
  );
  expect(rows).toEqual([{ hasDatabase: false, hasSlot: false, hasOrigin: false }]);
  await witness.scratch.drop();
});
