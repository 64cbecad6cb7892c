import { messageOf } from '@banyan/platform';
import { postgresEpochMicros } from './postgres-epoch.ts';

/** A column's value in Postgres' text format, null, or undefined for a TOAST value that did not change and was not sent. */
export type TupleValue = string | null | undefined;
export type Tuple = readonly TupleValue[];

/** What was there before: under REPLICA IDENTITY FULL the whole row, otherwise only key columns, the others are filler. */
export interface OldTuple {
  readonly isWholeRow: boolean;
  readonly values: Tuple;
}

export interface RelationColumn {
  readonly name: string;
  readonly typeId: number;
  /** As in pg_attribute.atttypmod; -1 means none. */
  readonly typeModifier: number;
  /** Part of the replica identity (every column under FULL), which is not the primary key. */
  readonly isIdentity: boolean;
}

export interface Relation {
  readonly id: number;
  /** `schema.table`. */
  readonly table: string;
  readonly columns: readonly RelationColumn[];
}

/** A message of pgoutput, protocol version 1. @see https://www.postgresql.org/docs/current/protocol-logicalrep-message-formats.html */
export type PgoutputMessage =
  | {
      readonly kind: 'begin';
      readonly commitLsn: bigint;
      readonly committedAtMicros: bigint;
      readonly transactionId: number;
    }
  | { readonly kind: 'origin'; readonly originLsn: bigint; readonly name: string }
  | { readonly kind: 'relation'; readonly relation: Relation }
  | { readonly kind: 'type'; readonly typeId: number; readonly schema: string; readonly name: string }
  | { readonly kind: 'insert'; readonly relationId: number; readonly row: Tuple }
  | { readonly kind: 'update'; readonly relationId: number; readonly old: OldTuple | null; readonly row: Tuple }
  | { readonly kind: 'delete'; readonly relationId: number; readonly old: OldTuple }
  | { readonly kind: 'truncate'; readonly relationIds: readonly number[] }
  | { readonly kind: 'commit'; readonly commitLsn: bigint; readonly endLsn: bigint }
  | { readonly kind: 'message'; readonly isTransactional: boolean; readonly prefix: string; readonly content: string }
  | { readonly kind: 'malformed'; readonly reason: string };

/**
 * Total: any bytes give a message or `malformed`. Nothing of the result refers to `data`, which node-postgres overwrites as soon as its
 * callback returns.
 */
export function decodePgoutput(data: Buffer): PgoutputMessage {
  try {
    const cursor = new Cursor(data);
    const message = readMessage(cursor);
    if (cursor.leftCount > 0)
      return { kind: 'malformed', reason: `${cursor.leftCount} bytes follow a ${message.kind} message` };
    return message;
  } catch (err) {
    return { kind: 'malformed', reason: messageOf(err) };
  }
}

/** The message cannot be read; never leaves this file. */
class MalformedMessage extends RangeError {}

const readers: Readonly<Record<string, (cursor: Cursor) => PgoutputMessage>> = {
  B: (cursor) => ({
    kind: 'begin',
    commitLsn: cursor.lsn(),
    committedAtMicros: cursor.micros(),
    transactionId: cursor.uint32(),
  }),
  O: (cursor) => ({ kind: 'origin', originLsn: cursor.lsn(), name: cursor.text() }),
  R: (cursor) => ({ kind: 'relation', relation: readRelation(cursor) }),
  Y: (cursor) => ({ kind: 'type', typeId: cursor.uint32(), schema: cursor.text(), name: cursor.text() }),
  I: (cursor) => ({ kind: 'insert', relationId: cursor.uint32(), row: readNewTuple(cursor, cursor.byte()) }),
  U: readUpdate,
  D: (cursor) => ({ kind: 'delete', relationId: cursor.uint32(), old: readOldTuple(cursor, cursor.byte()) }),
  T: readTruncate,
  C: readCommit,
  M: readLogicalMessage,
};

function readMessage(cursor: Cursor): PgoutputMessage {
  const tag = cursor.byte();
  const reader = readers[tag];
  if (!reader) throw new MalformedMessage(`"${tag}" is no message of protocol version 1`);
  return reader(cursor);
}

function readRelation(cursor: Cursor): Relation {
  const id = cursor.uint32();
  const schema = cursor.text();
  const table = cursor.text();
  cursor.byte(); // The replica identity setting; what it means for each column is in the column's flags.
  const columns = Array.from({ length: cursor.uint16() }, () => readColumn(cursor));
  // pg_catalog is sent as an empty name.
  return { id, table: `${schema === '' ? 'pg_catalog' : schema}.${table}`, columns };
}

function readColumn(cursor: Cursor): RelationColumn {
  const isIdentity = (cursor.uint8() & 1) === 1;
  return { isIdentity, name: cursor.text(), typeId: cursor.uint32(), typeModifier: cursor.int32() };
}

function readUpdate(cursor: Cursor): PgoutputMessage {
  const relationId = cursor.uint32();
  const tag = cursor.byte();
  if (tag === 'N') return { kind: 'update', relationId, old: null, row: readNewTuple(cursor, tag) };
  const old = readOldTuple(cursor, tag);
  return { kind: 'update', relationId, old, row: readNewTuple(cursor, cursor.byte()) };
}

function readTruncate(cursor: Cursor): PgoutputMessage {
  const count = cursor.uint32();
  cursor.uint8(); // CASCADE and RESTART IDENTITY: every truncated table is listed anyway.
  // Checked before the list is made: a damaged count must not allocate.
  if (count * 4 !== cursor.leftCount) throw new MalformedMessage('the list of truncated tables has another length');
  return { kind: 'truncate', relationIds: Array.from({ length: count }, () => cursor.uint32()) };
}

function readCommit(cursor: Cursor): PgoutputMessage {
  cursor.uint8(); // Flags, unused in version 1.
  const commitLsn = cursor.lsn();
  const endLsn = cursor.lsn();
  cursor.micros();
  return { kind: 'commit', commitLsn, endLsn };
}

function readLogicalMessage(cursor: Cursor): PgoutputMessage {
  const isTransactional = (cursor.uint8() & 1) === 1;
  cursor.lsn();
  return { kind: 'message', isTransactional, prefix: cursor.text(), content: cursor.bytesAsText(cursor.uint32()) };
}

function readNewTuple(cursor: Cursor, tag: string): Tuple {
  if (tag !== 'N') throw new MalformedMessage(`"${tag}" stands where a new row begins`);
  return readTuple(cursor);
}

function readOldTuple(cursor: Cursor, tag: string): OldTuple {
  if (tag !== 'K' && tag !== 'O') throw new MalformedMessage(`"${tag}" stands where an old row or key begins`);
  return { isWholeRow: tag === 'O', values: readTuple(cursor) };
}

function readTuple(cursor: Cursor): Tuple {
  const values: TupleValue[] = [];
  for (let left = cursor.uint16(); left > 0; left -= 1) values.push(readValue(cursor));
  return values;
}

function readValue(cursor: Cursor): TupleValue {
  const tag = cursor.byte();
  switch (tag) {
    case 't':
      return cursor.bytesAsText(cursor.uint32());
    case 'n':
      return null;
    case 'u':
      return undefined;
    default:
      throw new MalformedMessage(`"${tag}" is no kind of column value; binary values were not asked for`);
  }
}

/** Reads big-endian fields one after the other; node's Buffer throws a RangeError past the end. */
class Cursor {
  readonly #data: Buffer;
  #offset = 0;

  constructor(data: Buffer) {
    this.#data = data;
  }

  get leftCount(): number {
    return this.#data.length - this.#offset;
  }

  byte(): string {
    return String.fromCharCode(this.uint8());
  }

  uint8(): number {
    const value = this.#data.readUInt8(this.#offset);
    this.#offset += 1;
    return value;
  }

  uint16(): number {
    const value = this.#data.readUInt16BE(this.#offset);
    this.#offset += 2;
    return value;
  }

  /** Object ids and transaction ids are unsigned: a signed read turns negative after 2^31. */
  uint32(): number {
    const value = this.#data.readUInt32BE(this.#offset);
    this.#offset += 4;
    return value;
  }

  int32(): number {
    const value = this.#data.readInt32BE(this.#offset);
    this.#offset += 4;
    return value;
  }

  lsn(): bigint {
    const value = this.#data.readBigUInt64BE(this.#offset);
    this.#offset += 8;
    return value;
  }

  micros(): bigint {
    const value = this.#data.readBigInt64BE(this.#offset);
    this.#offset += 8;
    return value + postgresEpochMicros;
  }

  text(): string {
    const end = this.#data.indexOf(0, this.#offset);
    if (end === -1) throw new MalformedMessage('a text has no end');
    const value = this.#data.toString('utf8', this.#offset, end);
    this.#offset = end + 1;
    return value;
  }

  bytesAsText(length: number): string {
    if (length > this.leftCount) throw new MalformedMessage(`a value of ${length} bytes has ${this.leftCount}`);
    const value = this.#data.toString('utf8', this.#offset, this.#offset + length);
    this.#offset += length;
    return value;
  }
}
