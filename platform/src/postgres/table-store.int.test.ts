import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createScratchDatabase, type ScratchDatabase } from '../testing/index.ts';
import { tableStore } from './table-store.ts';

interface Stop {
  readonly id: number;
  readonly name: string | null;
  readonly at: string;
  readonly price: number;
  readonly path: readonly (readonly number[])[];
}

const store = tableStore<Stop>({
  table: 'stop',
  key: 'id',
  columns: ['id', 'name', 'at', 'price', 'path'],
  toRow: (stop) => ({ ...stop }),
  fromRow: (row) => ({ ...(row as unknown as Stop), price: Number(row['price']) }),
});

const aStop = (id: number, over: Partial<Stop> = {}): Stop => ({
  id,
  name: 'Mapo',
  at: '2026-01-02 03:04:05.678+00',
  price: 12.34,
  path: [[37.5665, 126.978]],
  ...over,
});

describe('a table store', () => {
  let scratch: ScratchDatabase;
  beforeAll(async () => {
    scratch = await createScratchDatabase(inject('postgresUrl'));
    await scratch.database.query(`
      create table stop (id int primary key, name text, at timestamptz(3) not null, price numeric(8,2) not null,
                         path jsonb not null, untouched text default 'kept')`);
  });
  afterAll(() => scratch.drop());
  beforeEach(() => scratch.database.query('truncate stop'));

  const saved = (...stops: Stop[]) => scratch.database.transaction((tx) => store.save(tx, stops));
  const loaded = (...keys: number[]) => scratch.database.transaction((tx) => store.load(tx, keys));

  test('loads what it saved, by key, and leaves absent keys out', async () => {
    await saved(aStop(1), aStop(2, { name: null, path: [] }));
    expect(await loaded(2, 1, 3)).toEqual(
      new Map([
        [1, aStop(1)],
        [2, aStop(2, { name: null, path: [] })],
      ]),
    );
  });
});
