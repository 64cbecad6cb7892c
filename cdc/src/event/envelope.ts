import type { BusMessage } from '../bus/change-bus.ts';
import type { ChangeEvent, Row } from './change-event.ts';
import { formatPosition, headerNames } from './headers.ts';
import { rowToJson } from './json-text.ts';

/** What the envelope says about where a change was captured; nothing of it decides how the change is applied. */
export interface CaptureContext {
  readonly database: string;
  /** Columns of the primary key, in the key's order. */
  readonly keyColumns: readonly string[];
  /** The change's own LSN: neither unique nor ordered, see {@link ChangeEvent.position} for identity. */
  readonly lsn: bigint;
  readonly lastCommitLsn: bigint | null;
  readonly publishedAtMicros: bigint;
  /** A foreign replication origin whose transaction this is; our own are dropped before. */
  readonly origin?: string | undefined;
  /** The other half of a changed primary key: the new row for the delete, the old row for the create. */
  readonly counterpart?: Row | undefined;
}

/** The Debezium release whose format is written, not our own. */
const formatVersion = '3.6.0.Final';

/**
 * The records of one change: always one. A delete has no tombstone after it, because the record's key is the lane: under log
 * compaction a tombstone would erase the whole lane, and topics of changes are never compacted.
 *
 * @param context - without it, `source` is filled as far as the event alone allows
 */
export function toBusMessages(event: ChangeEvent, topic: string, context = contextOf(event)): readonly BusMessage[] {
  return [
    { topic, key: event.scope, value: Buffer.from(envelopeJson(event, context)), headers: headersOf(event, context) },
  ];
}

function contextOf({ position, committedAtMicros }: ChangeEvent): CaptureContext {
  return {
    database: '',
    keyColumns: [],
    lsn: position.commitLsn,
    lastCommitLsn: null,
    publishedAtMicros: committedAtMicros,
  };
}

function envelopeJson(event: ChangeEvent, context: CaptureContext): string {
  const { before, after, operation } = event;
  const times = timesJson(context.publishedAtMicros);
  return (
    `{"before":${rowToJson(before)},"after":${rowToJson(after)},"source":${sourceJson(event, context)},` +
    `"transaction":null,"op":"${operation}","ts_ms":${times.ms},"ts_us":${times.us},"ts_ns":${times.ns}}`
  );
}

/** Field order as in Debezium's SourceInfo schema. */
function sourceJson(event: ChangeEvent, { database, lsn, lastCommitLsn, origin }: CaptureContext): string {
  const dot = event.table.indexOf('.');
  const times = timesJson(event.committedAtMicros);
  const sequence = JSON.stringify([lastCommitLsn === null ? null : String(lastCommitLsn), String(lsn)]);
  return (
    `{"version":"${formatVersion}","connector":"postgresql","name":${JSON.stringify(event.source)},"ts_ms":${times.ms},` +
    `"snapshot":"${event.operation === 'r' ? 'true' : 'false'}","db":${JSON.stringify(database)},` +
    `"sequence":${JSON.stringify(sequence)},"ts_us":${times.us},"ts_ns":${times.ns},` +
    `"schema":${JSON.stringify(event.table.slice(0, dot))},"table":${JSON.stringify(event.table.slice(dot + 1))},` +
    `"txId":${event.transactionId ?? 'null'},"lsn":${lsn},"xmin":null,` +
    `"origin":${origin === undefined ? 'null' : JSON.stringify(origin)},"origin_lsn":null}`
  );
}

function timesJson(micros: bigint): { readonly ms: bigint; readonly us: bigint; readonly ns: bigint } {
  return { ms: micros / 1000n, us: micros, ns: micros * 1000n };
}

function headersOf(event: ChangeEvent, { keyColumns, counterpart }: CaptureContext): Readonly<Record<string, string>> {
  const headers: Record<string, string> = { [headerNames.position]: formatPosition(event.position) };
  const row = event.after ?? event.before;
  if (row && keyColumns.length > 0) headers[headerNames.key] = keyJson(row, keyColumns);
  if (event.unavailable.length > 0) headers[headerNames.unavailable] = JSON.stringify(event.unavailable);
  if (counterpart) {
    const name = event.operation === 'd' ? headerNames.newKey : headerNames.oldKey;
    headers[name] = keyJson(counterpart, keyColumns);
  }
  return headers;
}

function keyJson(row: Row, keyColumns: readonly string[]): string {
  return rowToJson(Object.fromEntries(keyColumns.map((name) => [name, row[name] ?? null])));
}
