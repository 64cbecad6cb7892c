import pg from 'pg';
import { LegacyError, messageOf } from '../legacy-error.ts';
import type { Log } from '../log.ts';

/** What a pool, a connection and a transaction have in common. */
export interface Sql {
  query<R extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<pg.QueryResult<R>>;
}

export interface PoolOptions {
  readonly url: string;
  readonly log: Log;
  readonly max?: number;
}

// node-postgres would read a timestamp in the zone of this process; it stays text until `local-time.ts` reads it.
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.TIMESTAMP, (text) => text);
types.setTypeParser(pg.types.builtins.INT8, Number);
types.setTypeParser(pg.types.builtins.NUMERIC, Number);

/** Every session runs in Seoul's time, as all programs of this database do. */
export function connectionSettings(url: string): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: 'legacy-monolith',
    connectionTimeoutMillis: 5_000,
    options: '-c timezone=Asia/Seoul -c datestyle=ISO',
    types,
  };
}

export function openPool({ url, log, max = 10 }: PoolOptions): pg.Pool {
  const pool = new pg.Pool({ ...connectionSettings(url), max, statement_timeout: 30_000 });
  // Without a listener an idle connection that the server closes would end the process.
  pool.on('error', (err) => log.warn({ event: 'database.connection-lost', reason: messageOf(err) }, 'connection lost'));
  return pool;
}

/** The row that an `insert ... returning` or a view without a condition always gives. */
export function onlyRow<R>(rows: readonly R[]): R {
  const [row] = rows;
  if (row === undefined) throw new LegacyError('LEGACY_NO_ROW', 'A statement that always gives a row gave none.');
  return row;
}

/** Commits when `work` resolves, rolls back when it rejects. */
export async function inTransaction<T>(pool: pg.Pool, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let isUsable = true;
  try {
    return await runTransaction(client, work, () => (isUsable = false));
  } finally {
    client.release(!isUsable);
  }
}

async function runTransaction<T>(
  client: pg.PoolClient,
  work: (sql: Sql) => Promise<T>,
  onLost: () => void,
): Promise<T> {
  await client.query('begin');
  try {
    const result = await work(client);
    await client.query('commit');
    return result;
  } catch (err) {
    await client.query('rollback').catch(onLost);
    throw err;
  }
}
