import { messageOf } from '@banyan/platform';
import type { BusMessage } from '../bus/change-bus.ts';
import type { ChangeEvent, ColumnValue, Operation, Row } from './change-event.ts';
import { headerNames, parsePosition } from './headers.ts';
import { parseJsonLossless } from './json-text.ts';

export type ParsedMessage =
  | { readonly kind: 'change'; readonly event: ChangeEvent }
  | { readonly kind: 'tombstone' }
  | { readonly kind: 'unreadable'; readonly reason: string };

/** Reads back what `toBusMessages` wrote. Total: whatever the bytes are, it returns and never throws. */
export function parseChangeEvent({ value, key, headers }: BusMessage): ParsedMessage {
  if (value === null) return { kind: 'tombstone' };
  try {
    return { kind: 'change', event: toEvent(readEnvelope(value.toString('utf8')), key, headers) };
  } catch (err) {
    return { kind: 'unreadable', reason: messageOf(err) };
  }
}

type JsonObject = Readonly<Record<string, unknown>>;

/** Never leaves this file. */
class Unreadable extends TypeError {}

function readEnvelope(text: string): JsonObject {
  const envelope = objectOf(parseJson(text), 'the envelope');
  return [envelope['before'], envelope['after']].some(hasRoundedNumber)
    ? objectOf(parseJsonLossless(text), 'the envelope')
    : envelope;
}

/** Node's own message quotes the text, and with it values of the row. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unreadable('its text is no JSON');
  }
}

/** True where JSON.parse may have rounded: a whole number that no longer stands for one integer. */
function hasRoundedNumber(value: unknown): boolean {
  if (typeof value === 'number') return Number.isInteger(value) && !Number.isSafeInteger(value);
  return typeof value === 'object' && value !== null && Object.values(value).some(hasRoundedNumber);
}

function toEvent(envelope: JsonObject, scope: string, headers: BusMessage['headers']): ChangeEvent {
  const source = objectOf(envelope['source'], 'source');
  const position = parsePosition(headers[headerNames.position] ?? '');
  if (!position)
    throw new Unreadable(`the header ${headerNames.position} is missing or malformed, so the change has no order`);
  return {
    operation: operationOf(envelope['op']),
    source: textOf(source['name'], 'source.name'),
    table: `${textOf(source['schema'], 'source.schema')}.${textOf(source['table'], 'source.table')}`,
    position,
    before: rowOf(envelope['before'], 'before'),
    after: rowOf(envelope['after'], 'after'),
    unavailable: unavailableOf(headers[headerNames.unavailable]),
    committedAtMicros: BigInt(integerOf(source['ts_us'], 'source.ts_us')),
    transactionId: source['txId'] === null ? null : integerOf(source['txId'], 'source.txId'),
    scope,
  };
}

const operations: readonly Operation[] = ['c', 'u', 'd', 'r', 't'];

function operationOf(value: unknown): Operation {
  const operation = operations.find((candidate) => candidate === value);
  if (!operation) throw new Unreadable(`op is none of ${operations.join(', ')}`);
  return operation;
}

function rowOf(value: unknown, where: string): Row | null {
  if (value === null) return null;
  const row = objectOf(value, where);
  for (const [name, column] of Object.entries(row))
    if (!isColumnValue(column)) throw new Unreadable(`${where}.${name} holds a structure`);
  return row as Row;
}

function isColumnValue(value: unknown): value is ColumnValue {
  return Array.isArray(value) ? value.every(isColumnValue) : value === null || typeof value !== 'object';
}

function unavailableOf(header: string | undefined): readonly string[] {
  if (header === undefined) return [];
  const names = parseJson(header);
  if (!Array.isArray(names)) throw new Unreadable(`the header ${headerNames.unavailable} is no list`);
  return names.map((name) => textOf(name, headerNames.unavailable));
}

function objectOf(value: unknown, where: string): JsonObject {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Unreadable(`${where} is no object`);
  return value as JsonObject;
}

function textOf(value: unknown, where: string): string {
  if (typeof value !== 'string') throw new Unreadable(`${where} is no text`);
  return value;
}

function integerOf(value: unknown, where: string): number {
  if (typeof value !== 'number' || !Number.isSafeInteger(value)) throw new Unreadable(`${where} is no whole number`);
  return value;
}
