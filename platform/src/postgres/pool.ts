import pg from 'pg';
import type { Secret } from '../config/secret.ts';
import type { Logger } from '../logger.ts';

/** Rows are plain objects. int8 and numeric come as text, timestamps as `YYYY-MM-DD HH:MM:SS.ssssss+00` text: nothing is rounded. */
export interface Sql {
  query<R extends object = Record<string, unknown>>(
    text: string,
    values?: readonly unknown[],
  ): Promise<{ readonly rows: R[]; readonly rowCount: number | null }>;
}

/** One connection inside one transaction. */
export interface Transaction extends Sql {
  readonly isTransaction: true;
}

export interface Database extends Sql {
  /** Commits when `work` resolves, rolls back when it rejects; the rejection is passed on. */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** One connection of its own, for sessions that carry state (replication origins, LISTEN). Returned to nobody: it is closed after `work`. */
  session<T>(work: (session: Session) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

export interface Session extends Sql {
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
}

export interface DatabaseOptions {
  readonly url: Secret;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly log: Logger;
  readonly maxConnectionCount?: number;
  readonly connectTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
}

// int8, numeric, date, timestamp and timestamptz stay text: JavaScript numbers and Dates would round them.
const textTypes = new Set([20, 1700, 1082, 1114, 1184]);
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') =>
    (textTypes.has(oid) ? (value: string) => value : pg.types.getTypeParser(oid, format)) as never,
};

export function openDatabase(options: DatabaseOptions): Database {
  const {
    url,
    applicationName,
    log,
    maxConnectionCount = 10,
    connectTimeoutMs = 5_000,
    statementTimeoutMs = 30_000,
  } = options;
  const connection: pg.PoolConfig = {
    connectionString: url.reveal(),
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    options: '-c timezone=UTC -c datestyle=ISO',
    types,
  };
  const pool = new pg.Pool({ ...connection, max: maxConnectionCount });
  // Without a listener an idle connection that the server closes would end the process.
  pool.on('error', (err) =>
    log.warn({ event: 'database.connection-lost', err }, 'an idle database connection was lost'),
  );

  return {
    query: (text, values) => pool.query(text, values as unknown[]),
    async transaction(work) {
      const client = await pool.connect();
      let failed: Error | undefined;
      try {
        return await inTransaction(client, work);
      } catch (err) {
        failed = err as Error;
        throw err;
      } finally {
        // A connection in an unknown state must not go back into the pool.
        client.release(failed !== undefined && isConnectionFailure(failed));
      }
    },
    async session(work) {
      const client = new pg.Client(connection);
      client.on('error', (err) => log.warn({ event: 'database.session-lost', err }, 'a database session was lost'));
      await client.connect();
      try {
        return await work({
          query: (text, values) => client.query(text, values as unknown[]),
          transaction: (inner) => inTransaction(client, inner),
        });
      } finally {
        await client.end().catch(() => undefined);
      }
    },
    close: () => pool.end(),
  };
}

async function inTransaction<T>(client: pg.ClientBase, work: (tx: Transaction) => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    const result = await work({
      isTransaction: true,
      query: (text, values) => client.query(text, values as unknown[]),
    });
    await client.query('commit');
    return result;
  } catch (err) {
    // A failing rollback would hide why we roll back; the connection is dropped by its owner.
    await client.query('rollback').catch(() => undefined);
    throw err;
  }
}

function isConnectionFailure(err: Error): boolean {
  return !('severity' in err);
}
