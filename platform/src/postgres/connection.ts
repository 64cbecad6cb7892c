import pg from 'pg';
import type { Secret } from '../config/secret.ts';
import { BanyanError, messageOf } from '../banyan-error.ts';
import type { Transaction } from './sql.ts';

export interface ConnectionOptions {
  readonly url: Secret;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
  readonly connectTimeoutMs?: number;
  /** The server ends a statement that takes longer; 0 sets no limit. */
  readonly statementTimeoutMs?: number;
}

// JavaScript numbers and Dates would round int8, numeric, date, timestamp, timestamptz and interval.
const textTypes = new Set([20, 1700, 1082, 1114, 1184, 1186]);
const textArrayTypes = new Set([1016, 1231, 1182, 1115, 1185, 1187]);
const textArray = 1009;

const asIs = (value: string): string => value;
// Any oid may come, not only the named ones of the declaration.
const parserFor = pg.types.getTypeParser as (oid: number, format?: 'text' | 'binary') => typeof asIs;

const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (textTypes.has(oid)) return asIs;
    return parserFor(textArrayTypes.has(oid) ? textArray : oid, format);
  },
};

/** For a connection of its own; work there may take as long as the server lets it. */
export function connectionConfig(options: ConnectionOptions): pg.ClientConfig {
  const { url, applicationName, connectTimeoutMs = 5_000, statementTimeoutMs = 30_000 } = options;
  return {
    connectionString: withSessionSettings(url.reveal()),
    application_name: applicationName,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    // Finds out that the server is gone while no query runs; otherwise LISTEN would wait for ever.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    types,
  };
}

const answerGraceMs = 5_000;

/** For the pool: a statement also ends when the server has fallen silent and cannot end it itself. */
export function pooledConfig(options: ConnectionOptions): pg.ClientConfig {
  const config = connectionConfig(options);
  const limitMs = Number(config.statement_timeout);
  return limitMs > 0 ? { ...config, query_timeout: limitMs + answerGraceMs } : config;
}

/** pg lets `options` of the URL replace ours, so both go into the URL; the last setting of a name wins in Postgres. */
function withSessionSettings(connectionUrl: string): string {
  const url = new URL(connectionUrl);
  const given = url.searchParams.get('options');
  url.searchParams.set('options', [given, '-c timezone=UTC -c datestyle=ISO'].filter(Boolean).join(' '));
  // URLSearchParams writes a space as "+", which is right for pg as well: it reads with URLSearchParams.
  return url.href;
}

/** @throws {BanyanError} TRANSACTION_ABORTED when Postgres answers the commit with a rollback */
export async function inTransaction<T>(client: pg.ClientBase, work: (tx: Transaction) => Promise<T>): Promise<T> {
  await client.query('begin');
  try {
    const result = await work({
      isTransaction: true,
      query: (text, values) => client.query(text, values as unknown[]),
    });
    const { command } = await client.query('commit');
    if (command !== 'COMMIT') throw aborted();
    return result;
  } catch (err) {
    // A failing rollback would hide why we roll back; the owner of the connection drops it.
    if (!isUnanswered(err)) await client.query('rollback').catch(() => undefined);
    throw err;
  }
}

/** The client gave up waiting (query_timeout of pg): the connection still waits for the answer and can do nothing else. */
export function isUnanswered(failure: unknown): boolean {
  return messageOf(failure) === 'Query read timeout';
}

function aborted(): BanyanError {
  return new BanyanError(
    'TRANSACTION_ABORTED',
    'A statement failed and its failure was swallowed: nothing was committed.',
    {
      remedy: 'Let the failure of a statement reject the transaction, or use a savepoint.',
    },
  );
}
