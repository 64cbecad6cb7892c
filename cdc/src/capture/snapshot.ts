import type { Logger } from '@banyan/platform';
import type { BusMessage, ChangeBus } from '../bus/change-bus.ts';
import { cutBySize, sizeOf } from '../bus/message-size.ts';
import type { ChangeEvent } from '../event/change-event.ts';
import { toBusMessages } from '../event/envelope.ts';
import type { CapturedTable } from './captured-table.ts';
import type { CaptureFailpoint } from './failpoint.ts';
import { laneOf } from './relations.ts';
import {
  openTextReader,
  type ConnectionParts,
  type ExportedSlot,
  type TextReader,
  type TextResult,
} from './replication-stream.ts';
import { createRowReader } from './row-reader.ts';
import { quoteName, quoteTable } from './sql-names.ts';

export interface SnapshotParts {
  readonly source: string;
  readonly database: string;
  readonly connection: ConnectionParts;
  /** Parents first: rows are published in this order. */
  readonly tables: readonly CapturedTable[];
  readonly keyColumns: ReadonlyMap<string, readonly string[]>;
  /** The columns of each table that the stream has, too: generated ones are not in it. */
  readonly columns: ReadonlyMap<string, readonly string[]>;
  readonly consistentLsn: bigint;
  readonly exported: ExportedSlot | undefined;
  readonly bus: ChangeBus;
  readonly log: Logger;
  readonly nowMicros: () => bigint;
  readonly failpoint: CaptureFailpoint;
  readonly onCaptured: (messageCount: number) => void;
  readonly onPublished: (messageCount: number) => void;
  readonly chunkBytes: number;
  readonly signal: AbortSignal;
}

/**
 * Reads every declared table in one snapshot and publishes its rows with the position (consistent_lsn, 0).
 *
 * With the exported snapshot the rows are exactly what the slot's stream builds on. After a crash that snapshot is gone; a later one is
 * read again with the SAME stamp. It shows a part of what the slot will stream as well, and still both sides converge: every streamed
 * change has a higher position than the stamp, so
 * - a row that changed since goes back for a moment and then through all its changes to the last one;
 * - a row that was deleted since, and was published by the attempt that crashed, meets its delete in the stream;
 * - a row that both attempts published in different states keeps the first (equal positions are stale), and the stream has the change
 *   that makes the difference.
 *
 * @returns when every row is durable on the bus
 */
export async function takeSnapshot(parts: SnapshotParts): Promise<void> {
  const reader = await openTextReader(parts.connection);
  try {
    await beginSnapshot(reader, parts);
    // One chunk is read while the one before is on its way: memory holds two, however large the tables are.
    let sending: Promise<void> = Promise.resolve();
    for (const captured of parts.tables) {
      if (captured.takes !== 'every-change') continue;
      for await (const messages of readTable(reader, captured, parts)) {
        await sending;
        parts.signal.throwIfAborted();
        sending = publish(messages, parts);
        sending.catch(() => undefined);
      }
    }
    await sending;
    await reader.query('commit');
  } finally {
    await reader.close();
  }
}

async function publish(
  messages: readonly BusMessage[],
  { bus, failpoint, onCaptured, onPublished }: SnapshotParts,
): Promise<void> {
  onCaptured(messages.length);
  await bus.publish(messages);
  onPublished(messages.length);
  await failpoint('snapshot-chunk-published');
}

async function beginSnapshot(reader: TextReader, { exported, log, source }: SnapshotParts): Promise<void> {
  for (const limit of ['statement_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout'])
    await reader.query(`select set_config(name, '0', false) from pg_settings where name = '${limit}'`);
  await reader.query(begin);
  if (!exported) return;
  try {
    await reader.query(`set transaction snapshot '${exported.snapshotName}'`);
  } catch (err) {
    log.warn({ event: 'snapshot.not-exported', source, err }, 'the exported snapshot is gone; a later one is read');
    await reader.query('rollback');
    await reader.query(begin);
  } finally {
    await exported.release();
  }
}

const begin = 'begin isolation level repeatable read read only';
/** Rows of a first fetch; it grows while chunks stay small and shrinks for wide rows. */
const firstFetchCount = 64;
const largestFetchCount = 4096;

async function* readTable(
  reader: TextReader,
  captured: CapturedTable,
  parts: SnapshotParts,
): AsyncGenerator<readonly BusMessage[]> {
  const columns = (parts.columns.get(captured.table) ?? []).map(quoteName).join(', ');
  await reader.query(
    `declare banyan_snapshot no scroll cursor for select ${columns} from ${quoteTable(captured.table)}`,
  );
  for (let fetchCount = firstFetchCount; ;) {
    const result = await reader.query(`fetch ${fetchCount} from banyan_snapshot`);
    if (result.rows.length === 0) break;
    const messages = toMessages(result, captured, parts);
    const chunks = cutBySize(messages, sizeOf, { maxBytes: parts.chunkBytes, maxCount: largestFetchCount });
    yield* chunks;
    fetchCount = chunks.length > 1 ? Math.max(1, fetchCount >> 2) : Math.min(largestFetchCount, fetchCount * 2);
  }
  await reader.query('close banyan_snapshot');
}

function toMessages(
  { columns, rows }: TextResult,
  captured: CapturedTable,
  parts: SnapshotParts,
): readonly BusMessage[] {
  const { table, topic, scopeOf } = captured;
  const rowReader = createRowReader(columns.map((column) => ({ ...column, isIdentity: true })));
  const readAtMicros = parts.nowMicros();
  const context = {
    database: parts.database,
    keyColumns: parts.keyColumns.get(table) ?? [],
    lsn: parts.consistentLsn,
    lastCommitLsn: null,
    publishedAtMicros: readAtMicros,
  };
  return rows.flatMap((values) => {
    const after = rowReader.whole(values);
    const event: ChangeEvent = {
      operation: 'r',
      source: parts.source,
      table,
      position: { commitLsn: parts.consistentLsn, ordinal: 0 },
      before: null,
      after,
      unavailable: [],
      committedAtMicros: readAtMicros,
      transactionId: null,
      scope: laneOf(table, after, scopeOf),
    };
    return toBusMessages(event, topic, context);
  });
}
