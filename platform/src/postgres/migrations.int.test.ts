import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { createScratchDatabase, type ScratchDatabase } from '../testing/index.ts';
import { migrate, pendingMigrations } from './migrations.ts';

let scratch: ScratchDatabase;
let folder: string;
beforeEach(async () => {
  scratch = await createScratchDatabase(inject('postgresUrl'));
  folder = await mkdtemp(join(tmpdir(), 'migrations-'));
});
afterEach(async () => {
  await scratch.drop();
  await rm(folder, { recursive: true });
});

const put = (name: string, sql: string) => writeFile(join(folder, name), sql);
const run = (set = 'trips') => migrate(scratch.database, { directory: pathToFileURL(`${folder}/`), set });
const tables = async () =>
  (
    await scratch.database.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public' order by 1`,
    )
  ).rows.map(({ name }) => name);

describe('migrations', () => {
  test('are applied in the order of their names, once', async () => {
    await put('0002_b.sql', 'alter table a add column more int');
    await put('0001_a.sql', 'create table a (id int); create table b (id int);');
    await put('README.md', 'no migration');
    expect(await run()).toEqual(['0001_a.sql', '0002_b.sql']);
    expect(await run()).toEqual([]);
    await put('0003_c.sql', 'create table c (id int)');
    expect(await run()).toEqual(['0003_c.sql']);
    expect(await tables()).toEqual(['a', 'b', 'c']);
  });

  test('that run at the same time, of any set, are applied once', async () => {
    await put('0001_a.sql', 'create table if not exists a (id int)');
    const applied = await Promise.all(['trips', 'sync', 'trips', 'sync', 'trips'].map((set) => run(set)));
    expect(applied.flat()).toEqual(['0001_a.sql', '0001_a.sql']);
  });

  test('of two sets in one database are kept apart', async () => {
    await put('0001_a.sql', 'create table if not exists a (id int)');
    expect(await run('trips')).toEqual(['0001_a.sql']);
    expect(await run('sync')).toEqual(['0001_a.sql']);
  });

  test('apply nothing when one of them fails, and name it', async () => {
    await put('0001_a.sql', 'create table a (id int)');
    await put('0002_b.sql', 'create table b (id nonsense)');
    await expect(run()).rejects.toMatchObject({
      code: 'MIGRATION_FAILED',
      concerning: '0002_b.sql',
      cause: expect.objectContaining({ code: '42704' }) as unknown,
    });
    expect(await tables()).toEqual([]);
    await put('0002_b.sql', 'create table b (id int)');
    expect(await run()).toEqual(['0001_a.sql', '0002_b.sql']);
  });

  test('refuse a file that was edited after it was applied', async () => {
    await put('0001_a.sql', 'create table a (id int)');
    await run();
    await put('0001_a.sql', 'create table a (id bigint)');
    await put('0002_b.sql', 'create table b (id int)');
    await expect(run()).rejects.toMatchObject({ code: 'MIGRATION_CHANGED', concerning: '0001_a.sql' });
    expect(await tables()).toEqual(['a']);
  });

  test('refuse a database that a newer version has migrated', async () => {
    await put('0001_a.sql', 'create table a (id int)');
    await run();
    await rm(join(folder, '0001_a.sql'));
    await expect(run()).rejects.toMatchObject({ code: 'MIGRATION_MISSING', concerning: '0001_a.sql' });
  });

  test('may take longer than a statement of the pool', async () => {
    await put('0001_a.sql', `create table a as select current_setting('statement_timeout') as timeout`);
    await run();
    expect((await scratch.database.query('select timeout from a')).rows).toEqual([{ timeout: '0' }]);
  });

  test('are found in a folder that is written without its last slash', async () => {
    await put('0001_a.sql', 'create table a (id int)');
    expect(await migrate(scratch.database, { directory: pathToFileURL(folder), set: 'trips' })).toEqual(['0001_a.sql']);
  });

  test('that are pending are told without applying them', async () => {
    const pending = () => pendingMigrations(scratch.database, { directory: pathToFileURL(folder), set: 'trips' });
    await put('0001_a.sql', 'create table a (id int)');
    await put('0002_b.sql', 'create table b (id int)');
    expect(await pending()).toEqual(['0001_a.sql', '0002_b.sql']);
    await run('sync');
    expect(await pending()).toEqual(['0001_a.sql', '0002_b.sql']);
  });

  test('that were applied are not pending', async () => {
    await put('0001_a.sql', 'create table a (id int)');
    await run();
    await put('0002_b.sql', 'create table b (id int)');
    const options = { directory: pathToFileURL(folder), set: 'trips' };
    expect(await pendingMigrations(scratch.database, options)).toEqual(['0002_b.sql']);
  });
});
