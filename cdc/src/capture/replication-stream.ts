import { BanyanError, type Logger, type Secret } from '@banyan/platform';
import pg from 'pg';
import { createDeferred } from '../bus/deferred.ts';
import { formatLsn, parseLsn } from '../event/position.ts';
import { textSettings } from './column-values.ts';
import { converse, lost, type Wire } from './copy-both.ts';

export interface ConnectionParts {
  readonly url: Secret;
  readonly log: Logger;
  /** Shown in pg_stat_activity. */
  readonly applicationName: string;
}

export interface StreamOptions extends ConnectionParts {
  readonly slot: string;
  readonly publication: string;
  /**
   * One pgoutput message. Called synchronously; `data` is overwritten afterwards, so decode or copy it before returning.
   * What it throws ends the stream.
   */
  readonly onData: (data: Buffer, lsn: bigint) => void;
  /** The server has nothing more before `walEnd`. Called in the order of the stream. */
  readonly onKeepalive: (walEnd: bigint) => void;
}

/** A running logical replication connection. */
export interface ReplicationStream {
  /** Everything before `lsn` is durable elsewhere: the server may forget it, and resumes there. Never goes backwards. */
  confirm(lsn: bigint): void;
  /** Stops reading, which fills the server's socket and so makes it wait; confirmations and keepalives go on. */
  pause(): void;
  resume(): void;
  /** Rejects when the stream ends without {@link close}: a lost connection, the server's error, or what `onData` threw. */
  readonly ended: Promise<never>;
  /** Sends the last confirmation and leaves; the slot is free when it resolves. */
  close(): Promise<void>;
}

/** The connection that holds an exported snapshot open. */
export interface ExportedSlot {
  readonly consistentLsn: bigint;
  readonly snapshotName: string;
  /** Ends the connection; transactions that have imported the snapshot keep it. */
  release(): Promise<void>;
}

/** Rows as Postgres' text, in the settings that the column readers understand. */
export interface TextReader {
  query(sql: string): Promise<TextResult>;
  close(): Promise<void>;
}

export interface TextResult {
  readonly columns: readonly { readonly name: string; readonly typeId: number; readonly typeModifier: number }[];
  readonly rows: readonly (readonly (string | null)[])[];
}

/** Creates a slot and exports the snapshot of its consistent point: what the snapshot shows and what the slot streams fit without a gap. */
export async function createExportedSlot(parts: ConnectionParts, slot: string): Promise<ExportedSlot> {
  const client = await connect(parts, 'database');
  try {
    const created = await client.query<{ consistent_point: string; snapshot_name: string }>(
      `CREATE_REPLICATION_SLOT ${quote(slot)} LOGICAL pgoutput EXPORT_SNAPSHOT`,
    );
    const [row] = created.rows;
    if (!row) throw unexpected('CREATE_REPLICATION_SLOT answered nothing');
    return {
      consistentLsn: parseLsn(row.consistent_point),
      snapshotName: row.snapshot_name,
      release: () => client.end(),
    };
  } catch (err) {
    await client.end();
    throw err;
  }
}

/** A plain connection that gives every value as text. */
export async function openTextReader(parts: ConnectionParts): Promise<TextReader> {
  const client = await connect(parts);
  return {
    async query(sql) {
      const { fields, rows } = await client.query<(string | null)[]>({ text: sql, rowMode: 'array' });
      const columns = fields.map(({ name, dataTypeID, dataTypeModifier }) => ({
        name,
        typeId: dataTypeID,
        typeModifier: dataTypeModifier,
      }));
      return { columns, rows };
    },
    close: () => client.end(),
  };
}

/** Streams from where the slot's owner last confirmed. @throws with SQLSTATE 55006 while another process streams from the slot */
export async function openReplicationStream(options: StreamOptions): Promise<ReplicationStream> {
  const client = await connect(options, 'database');
  try {
    return await startStream(client, options);
  } catch (err) {
    await client.end();
    throw err;
  }
}

async function startStream(client: pg.Client, options: StreamOptions): Promise<ReplicationStream> {
  const wire = client.connection as unknown as Wire;
  const timeoutMs = await senderTimeoutMs(client);
  const { promise: ended, reject } = createDeferred<never>();
  const started = createDeferred<undefined>();
  const conversation = converse(wire, { ...options, timeoutMs, onFailure: reject });
  void ended.catch(() => conversation.cut());
  wire.once('replicationStart', () => started.resolve(undefined));
  client.query(startSql(options)).then(
    () => reject(lost('The server ended the replication stream.')),
    (err: unknown) => reject(err as Error),
  );
  await Promise.race([started.promise, ended]);
  return { ...conversation, ended, close: () => conversation.leave() };
}

async function connect(parts: ConnectionParts, replication?: 'database'): Promise<pg.Client> {
  const { url, log, applicationName } = parts;
  const client = new pg.Client({
    connectionString: withSettings(url.reveal()),
    application_name: applicationName,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    types: { getTypeParser: () => asText as never },
    ...(replication && { replication }),
  });
  // Whoever uses the connection gets the failure from its query; without a listener it would end the process.
  client.on('error', (err) => log.debug({ event: 'capture.connection-lost', err }, 'a capture connection was lost'));
  await client.connect();
  return client;
}

const asText = (value: string): string => value;

/** pg lets `options` of the URL replace ours, so both go into the URL; the last setting of a name wins. */
function withSettings(connectionUrl: string): string {
  const url = new URL(connectionUrl);
  url.searchParams.set('options', [url.searchParams.get('options'), textSettings].filter(Boolean).join(' '));
  return url.href;
}

const longestTimeoutMs = 60_000;

/** 0 on the server means that it never gives up; we still speak once in a while. */
async function senderTimeoutMs(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ setting: string }>(
    `select setting from pg_settings where name = 'wal_sender_timeout'`,
  );
  const settingMs = Number(rows[0]?.setting);
  return settingMs > 0 ? Math.min(settingMs, longestTimeoutMs) : longestTimeoutMs;
}

/** Version 1 of the protocol sends only committed transactions, so nothing published ever has to be taken back. */
function startSql({ slot, publication }: StreamOptions): string {
  const options = `proto_version '1', publication_names '${quote(publication).replaceAll("'", "''")}', messages 'true'`;
  return `START_REPLICATION SLOT ${quote(slot)} LOGICAL ${formatLsn(0n)} (${options})`;
}

function quote(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function unexpected(message: string): BanyanError {
  return new BanyanError('CDC_PROTOCOL', message, { remedy: 'Check that the server is PostgreSQL 14 or later.' });
}
