import pg from 'pg';
import { codeOf } from '../banyan-error.ts';
import type { Logger } from '../logger.ts';
import { connectionConfig, inTransaction, isUnanswered, pooledConfig, type ConnectionOptions } from './connection.ts';
import { listenOnChannel } from './listener.ts';
import type { Database, Listener, Session } from './sql.ts';

export interface DatabaseOptions extends ConnectionOptions {
  readonly log: Logger;
  readonly maxConnectionCount?: number;
}

/** Connects at the first query, not here. */
export function openDatabase({ log, maxConnectionCount = 10, ...connection }: DatabaseOptions): Database {
  const config = connectionConfig(connection);
  const pool = new pg.Pool({ ...pooledConfig(connection), max: maxConnectionCount });
  // Without a listener an idle connection that the server closes would end the process.
  pool.on('error', (err) => logLoss(log, err));
  const listeners = new Set<Listener>();
  let closing: Promise<void> | undefined;

  return {
    query: (text, values) => withClient(pool, log, (client) => client.query(text, values as unknown[])),
    transaction: (work) => withClient(pool, log, (client) => inTransaction(client, work)),
    session: (work) => withSession(config, log, work),
    async listen(channel, onPayload, onReconnect) {
      const listener = await listenOnChannel({ config, log, channel, onPayload, onReconnect });
      listeners.add(listener);
      return listener;
    },
    close: () => (closing ??= closeAll(pool, listeners)),
  };
}

async function closeAll(pool: pg.Pool, listeners: ReadonlySet<Listener>): Promise<void> {
  await Promise.all([...listeners].map((listener) => listener.close()));
  await pool.end();
}

/** Lends a connection of the pool to `work`. */
async function withClient<T>(pool: pg.Pool, log: Logger, work: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  const onError = (err: Error): void => logLoss(log, err);
  // The pool listens only while a connection is idle; a lent one that breaks without a listener would end the process.
  client.on('error', onError);
  let isReusable = true;
  try {
    return await work(client);
  } catch (err) {
    isReusable = mayReuse(client, err);
    throw err;
  } finally {
    client.off('error', onError);
    client.release(!isReusable);
  }
}

/** A connection goes back only in a known state: outside a transaction, after an error that the server reported and survived. */
function mayReuse(client: pg.PoolClient, failure: unknown): boolean {
  const isOutsideTransaction = client.getTransactionStatus() === 'I';
  const isEndedByServer = /^(57P|08)/.test(codeOf(failure));
  return isOutsideTransaction && !isEndedByServer && !isUnanswered(failure);
}

async function withSession<T>(
  config: pg.ClientConfig,
  log: Logger,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const client = new pg.Client(config);
  client.on('error', (err) => logLoss(log, err));
  await client.connect();
  try {
    return await work({
      query: (text, values) => client.query(text, values as unknown[]),
      transaction: (inner) => inTransaction(client, inner),
    });
  } finally {
    await client.end().catch(() => undefined);
  }
}

function logLoss(log: Logger, err: Error): void {
  log.warn({ event: 'database.connection-lost', err }, 'a database connection was lost');
}
