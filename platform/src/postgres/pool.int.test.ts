import { afterAll, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { Secret } from '../config/secret.ts';
import { silentLogger } from '../logger.ts';
import { captureLog, createScratchDatabase, type ScratchDatabase, eventually } from '../testing/index.ts';
import { openDatabase, type DatabaseOptions } from './pool.ts';
import type { Database, Sql } from './sql.ts';

let scratch: ScratchDatabase;
let database: Database;
beforeAll(async () => {
  scratch = await createScratchDatabase(inject('postgresUrl'), { maxConnectionCount: 1 });
  database = scratch.database;
  await database.query('create table place (id int primary key, name text)');
});
afterAll(() => scratch.drop());
beforeEach(() => database.query('truncate place'));

const pidOf = async (sql: Sql): Promise<number> =>
  (await sql.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]?.pid ?? 0;
const placeCount = async (): Promise<unknown> =>
  (await database.query('select count(*) from place')).rows[0]?.['count'];

async function asOther(
  work: (other: Database) => Promise<unknown>,
  options: Partial<DatabaseOptions> = {},
): Promise<void> {
  const other = openDatabase({ url: scratch.url, applicationName: 'other', log: silentLogger, ...options });
  try {
    await work(other);
  } finally {
    await other.close();
  }
}
const terminate = (pid: number): Promise<void> =>
  asOther((other) => other.query('select pg_terminate_backend($1, 5000)', [pid]));

describe('a row', () => {
  test('keeps the digits of int8, numeric, dates, times and intervals as text, in arrays too', async () => {
    const { rows } = await database.query(`
      select 9007199254740993::int8 as long, 0.10::numeric as price, '2026-01-02'::date as day,
             '2026-01-02 03:04:05.678901'::timestamp as local, '2026-01-02 03:04:05.678901+09'::timestamptz as instant,
             '90 minutes'::interval as span, array[9007199254740993::int8] as longs, array[0.10::numeric] as prices,
             array['2026-01-02 03:04:05.678901+09'::timestamptz] as instants`);
    expect(rows).toEqual([
      {
        long: '9007199254740993',
        price: '0.10',
        day: '2026-01-02',
        local: '2026-01-02 03:04:05.678901',
        instant: '2026-01-01 18:04:05.678901+00',
        span: '01:30:00',
        longs: ['9007199254740993'],
        prices: ['0.10'],
        instants: ['2026-01-01 18:04:05.678901+00'],
      },
    ]);
  });

  test('has numbers, booleans, bytes and JSON as JavaScript values', async () => {
    const { rows } = await database.query(
      `select 7 as int, 1.5::float8 as float, true as flag, '\\x01'::bytea as bytes, '{"a":[1]}'::jsonb as json, array[1, 2] as ints`,
    );
    expect(rows).toEqual([{ int: 7, float: 1.5, flag: true, bytes: Buffer.from([1]), json: { a: [1] }, ints: [1, 2] }]);
  });

  test('says how many rows a statement touched', async () => {
    expect((await database.query('insert into place values (1), (2)')).rowCount).toBe(2);
  });
});

describe('a connection', () => {
  const setting = async (sql: Sql, name: string): Promise<unknown> =>
    (await sql.query(`select current_setting($1) as it`, [name])).rows[0]?.['it'];

  test('speaks UTC and ISO, and tells its name and its statement timeout', async () => {
    await asOther(
      async (other) => {
        expect(await setting(other, 'TimeZone')).toBe('UTC');
        expect(await setting(other, 'DateStyle')).toBe('ISO, MDY');
        expect(await setting(other, 'application_name')).toBe('other');
        expect(await setting(other, 'statement_timeout')).toBe('1234ms');
      },
      { statementTimeoutMs: 1_234 },
    );
  });

  test('keeps UTC and ISO beside the options of its URL', async () => {
    const url = new Secret(`${scratch.url.reveal()}?options=-c%20timezone%3DAsia/Seoul%20-c%20work_mem%3D1MB`);
    await asOther(
      async (other) => {
        expect(await setting(other, 'TimeZone')).toBe('UTC');
        expect(await setting(other, 'work_mem')).toBe('1MB');
      },
      { url },
    );
  });

  test('has no statement timeout when that is declined', async () => {
    await asOther(async (other) => expect(await setting(other, 'statement_timeout')).toBe('0'), {
      statementTimeoutMs: 0,
    });
  });

  test('ends a statement that takes too long', async () => {
    await asOther(
      async (other) => expect(other.query('select pg_sleep(60)')).rejects.toMatchObject({ code: '57014' }),
      { statementTimeoutMs: 20 },
    );
  });

  test('goes back into the pool after a statement failed', async () => {
    const before = await pidOf(database);
    await expect(database.query('select 1/0')).rejects.toMatchObject({ code: '22012' });
    expect(await pidOf(database)).toBe(before);
  });

  test('that the server ended while it was idle is replaced, with a warning', async () => {
    const { log, lines } = captureLog();
    await asOther(
      async (other) => {
        const before = await pidOf(other);
        await terminate(before);
        await eventually(() =>
          expect(lines).toContainEqual(expect.objectContaining({ event: 'database.connection-lost' })),
        );
        expect(await pidOf(other)).not.toBe(before);
      },
      { log, maxConnectionCount: 1 },
    );
  });
});

describe('a transaction', () => {
  test('commits when its work is done and returns what that returned', async () => {
    const result = await database.transaction(async (tx) => {
      await tx.query('insert into place values (1)');
      return 'done';
    });
    expect([result, await placeCount()]).toEqual(['done', '1']);
  });

  test('rolls back when its work rejects, passes the rejection on and gives its connection back', async () => {
    const before = await pidOf(database);
    const refusal = new TypeError('no');
    const work = database.transaction(async (tx) => {
      await tx.query('insert into place values (1)');
      throw refusal;
    });
    await expect(work).rejects.toBe(refusal);
    expect([await placeCount(), await pidOf(database)]).toEqual(['0', before]);
  });

  test('rolls back when a statement failed, and gives its connection back', async () => {
    const before = await pidOf(database);
    const work = database.transaction(async (tx) => {
      await tx.query('insert into place values (1)');
      await tx.query('insert into place values (1)');
    });
    await expect(work).rejects.toMatchObject({ code: '23505' });
    expect([await placeCount(), await pidOf(database)]).toEqual(['0', before]);
  });

  test('does not claim to have committed when the failure of a statement was swallowed', async () => {
    const work = database.transaction(async (tx) => {
      await tx.query('insert into place values (1)');
      await tx.query('select 1/0').catch(() => undefined);
    });
    await expect(work).rejects.toMatchObject({ code: 'TRANSACTION_ABORTED' });
    expect(await placeCount()).toBe('0');
  });

  test('whose connection breaks while a statement runs rejects, and the connection is not used again', async () => {
    const before = await pidOf(database);
    const work = database.transaction((tx) => tx.query('select pg_terminate_backend(pg_backend_pid())'));
    await expect(work).rejects.toMatchObject({ code: '57P01' });
    expect(await pidOf(database)).not.toBe(before);
  });

  test('whose connection breaks between two statements rejects, and the process lives', async () => {
    const { log, lines } = captureLog();
    await asOther(
      async (other) => {
        const work = other.transaction(async (tx) => {
          await terminate(await pidOf(tx));
          await eventually(() => expect(lines).not.toEqual([]));
          await tx.query('select 1');
        });
        await expect(work).rejects.toThrow('not queryable');
        expect(await pidOf(other)).toBeGreaterThan(0);
      },
      { log, maxConnectionCount: 1 },
    );
  });
});

describe('a session', () => {
  test('keeps its state from statement to statement and is closed afterwards', async () => {
    const pid = await database.session(async (session) => {
      await session.query(`set application_name = 'mine'`);
      await session.transaction((tx) => tx.query('insert into place values (1)'));
      expect((await session.query('show application_name')).rows).toEqual([{ application_name: 'mine' }]);
      return pidOf(session);
    });
    expect(await placeCount()).toBe('1');
    await eventually(async () =>
      expect((await database.query('select 1 from pg_stat_activity where pid = $1', [pid])).rows).toEqual([]),
    );
  });

  test('passes on why its work failed', async () => {
    await expect(database.session((session) => session.query('select 1/0'))).rejects.toMatchObject({ code: '22012' });
  });

  test('that the server ends rejects, and the process lives', async () => {
    const work = database.session(async (session) => {
      await terminate(await pidOf(session));
      await session.query('select 1');
    });
    await expect(work).rejects.toThrow();
  });
});

test('a database that closes lets running work finish, and may be asked twice', async () => {
  const other = openDatabase({ url: scratch.url, applicationName: 'other', log: silentLogger });
  let isDone = false;
  const work = other.transaction(async (tx) => {
    await tx.query('select 1');
    isDone = true;
  });
  await eventually(() => expect(isDone).toBe(true));
  await Promise.all([work, other.close(), other.close()]);
  await expect(other.query('select 1')).rejects.toThrow('after calling end');
});
