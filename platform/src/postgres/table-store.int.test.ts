import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createScratchDatabase, type ScratchDatabase } from '../testing/index.ts';
import type { Transaction } from './sql.ts';
import { tableStore } from './table-store.ts';

interface Stop {
  readonly id: number;
  readonly name: string | null;
  readonly at: string;
  readonly price: number;
  readonly path: readonly (readonly number[])[] | null;
}

// Words that SQL reserves, as a legacy table may have them.
const store = tableStore<Stop>({
  table: 'order',
  key: 'id',
  columns: ['id', 'user', 'at', 'price', 'path'],
  toRow: ({ name, ...stop }) => ({ ...stop, user: name }),
  fromRow: ({ user, price, ...row }) => ({ ...row, name: user, price: Number(price) }) as Stop,
});

const aStop = (id: number, over: Partial<Stop> = {}): Stop => ({
  id,
  name: `마포 "quoted" {1,2} \\ '`,
  at: '2026-01-02 03:04:05.678+00',
  price: 12.34,
  path: [[37.5665, 126.978]],
  ...over,
});

let scratch: ScratchDatabase;
beforeAll(async () => {
  scratch = await createScratchDatabase(inject('postgresUrl'));
  await scratch.database.query(`
    create table "order" (id int primary key, "user" text, at timestamptz(3) not null, price numeric(8,2) not null,
                          path jsonb, note text default 'none')`);
});
afterAll(() => scratch.drop());
beforeEach(() => scratch.database.query('truncate "order"'));

const saved = (...stops: Stop[]) => scratch.database.transaction((tx) => store.save(tx, stops));
const loaded = (...keys: number[]) => scratch.database.transaction((tx) => store.load(tx, keys));

describe('a table store', () => {
  test('loads what it saved, by key, and leaves absent keys out', async () => {
    const stops = [aStop(1), aStop(2, { name: null, path: null }), aStop(3, { path: [] })];
    await saved(...stops);
    expect(await loaded(3, 2, 1, 4)).toEqual(new Map(stops.map((stop) => [stop.id, stop])));
  });

  test('overwrites what is there and leaves other columns alone', async () => {
    await saved(aStop(1));
    await scratch.database.query(`update "order" set note = 'by hand'`);
    await saved(aStop(1, { name: 'Jongno', path: null }), aStop(2));
    expect((await loaded(1)).get(1)).toEqual(aStop(1, { name: 'Jongno', path: null }));
    expect((await scratch.database.query('select note from "order" order by id')).rows).toEqual([
      { note: 'by hand' },
      { note: 'none' },
    ]);
  });

  test('removes by key, and does not mind absent ones', async () => {
    await saved(aStop(1), aStop(2));
    await scratch.database.transaction((tx) => store.remove(tx, [1, 7]));
    expect([...(await loaded(1, 2)).keys()]).toEqual([2]);
  });

  test('locks what it loads until the transaction ends', async () => {
    await saved(aStop(1), aStop(2));
    await scratch.database.transaction(async (tx) => {
      await store.load(tx, [1]);
      const take = (id: number) =>
        scratch.database.query('select 1 from "order" where id = $1 for update nowait', [id]);
      await expect(take(1)).rejects.toMatchObject({ code: '55P03' });
      expect((await take(2)).rowCount).toBe(1);
    });
  });

  test('says nothing to the database for an empty set', async () => {
    const tx: Transaction = { isTransaction: true, query: () => Promise.reject(new TypeError('It spoke.')) };
    await store.save(tx, []);
    await store.remove(tx, []);
    expect(await store.load(tx, [])).toEqual(new Map());
  });

  test('refuses two records of one key', async () => {
    await expect(saved(aStop(1), aStop(1))).rejects.toMatchObject({ code: '21000' });
  });

  test('passes on what the table refuses, whole', async () => {
    await expect(saved(aStop(1), aStop(2, { price: 1e9 }))).rejects.toMatchObject({ code: '22003' });
    expect(await loaded(1)).toEqual(new Map());
  });

  test('saves thousands of records in one statement', async () => {
    await saved(...Array.from({ length: 5_000 }, (_, index) => aStop(index + 1)));
    expect((await scratch.database.query('select count(*) from "order"')).rows).toEqual([{ count: '5000' }]);
  });

  test('of a table that has only a key saves a key twice', async () => {
    await scratch.database.query('create table seen (id int primary key)');
    const seen = tableStore<number>({
      table: 'public.seen',
      key: 'id',
      columns: ['id'],
      toRow: (id) => ({ id }),
      fromRow: ({ id }) => Number(id),
    });
    await scratch.database.transaction((tx) => seen.save(tx, [1]));
    await scratch.database.transaction((tx) => seen.save(tx, [1, 2]));
    expect(await scratch.database.transaction((tx) => seen.load(tx, [1, 2]))).toEqual(
      new Map([
        [1, 1],
        [2, 2],
      ]),
    );
  });
});

describe('the parts of a table store', () => {
  const parts = { table: 'order', key: 'id', columns: ['id'], toRow: (id: number) => ({ id }), fromRow: () => 1 };

  test('are refused when a name is no constant of lower-case letters', () => {
    expect(() => tableStore({ ...parts, columns: ['id', 'a" = 1; drop table b; --'] })).toThrow(
      expect.objectContaining({ code: 'IDENTIFIER_INVALID' }),
    );
  });

  test('are refused when the key is not among the columns', () => {
    expect(() => tableStore({ ...parts, key: 'other' })).toThrow(
      'The key "other" is not among the columns of "order".',
    );
  });
});
