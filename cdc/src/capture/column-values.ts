import type { ColumnValue } from '../event/change-event.ts';
import { readArray } from './array-text.ts';
import { readDate, timeReader, timestampReader, zonedTimestampReader } from './temporal-text.ts';

/** Turns a column's text, as a session with {@link textSettings} writes it, into Debezium's JSON value. Total. */
export type ColumnReader = (text: string) => ColumnValue;

/** Settings of the session whose output the readers understand; a server's own defaults would change how values look. */
export const textSettings =
  '-c datestyle=ISO -c timezone=UTC -c intervalstyle=iso_8601 -c bytea_output=hex -c extra_float_digits=1';

/**
 * @param typeModifier - pg_attribute.atttypmod: the declared precision of times, -1 for none
 * @returns a reader for every type; those without a rule of their own (enums, ranges, geometry …) keep Postgres' text
 */
export function columnReader(typeId: number, typeModifier: number): ColumnReader {
  const elementId = elementOf[typeId];
  if (elementId === undefined) return scalarReader(typeId, typeModifier);
  const readElement = scalarReader(elementId, typeModifier);
  return (text) => readArray(text, readElement) ?? text;
}

/** The built-in type that a domain of this base name stands for. */
export function builtInTypeId(name: string): number | undefined {
  return idOfName[name];
}

function scalarReader(typeId: number, typeModifier: number): ColumnReader {
  return readers[typeId]?.(typeModifier) ?? asText;
}

const asText: ColumnReader = (text) => text;
const asBoolean: ColumnReader = (text) => text === 't';

const asInteger: ColumnReader = (text) => {
  if (!/^-?\d+$/.test(text)) return text;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
};

/** NaN and the infinities are texts in JSON, as Jackson writes them. */
const asFloat: ColumnReader = (text) => {
  const value = Number(text);
  return Number.isFinite(value) ? value : text;
};

const specialNumerics: Readonly<Record<string, string>> = {
  NaN: 'NAN',
  Infinity: 'POSITIVE_INFINITY',
  '-Infinity': 'NEGATIVE_INFINITY',
};

/** `decimal.handling.mode=string`: every digit, trailing zeros included. */
const asNumeric: ColumnReader = (text) => specialNumerics[text] ?? text;

const asBase64: ColumnReader = (text) => Buffer.from(text.slice(2), 'hex').toString('base64');

const fixed = (reader: ColumnReader) => (): ColumnReader => reader;

const readers: Readonly<Record<number, (typeModifier: number) => ColumnReader>> = {
  16: fixed(asBoolean),
  17: fixed(asBase64),
  20: fixed(asInteger),
  21: fixed(asInteger),
  23: fixed(asInteger),
  26: fixed(asInteger),
  700: fixed(asFloat),
  701: fixed(asFloat),
  1082: fixed(readDate),
  1083: timeReader,
  1114: timestampReader,
  1184: zonedTimestampReader,
  1700: fixed(asNumeric),
};

/** Array type to element type, by the fixed ids of pg_type.dat. */
const elementOf: Readonly<Record<number, number>> = {
  1000: 16,
  1001: 17,
  1002: 18,
  1003: 19,
  1005: 21,
  1007: 23,
  1009: 25,
  1014: 1042,
  1015: 1043,
  1016: 20,
  1021: 700,
  1022: 701,
  1028: 26,
  1115: 1114,
  1182: 1082,
  1183: 1083,
  1185: 1184,
  1231: 1700,
  143: 142,
  199: 114,
  2951: 2950,
  3807: 3802,
};

const idOfName: Readonly<Record<string, number>> = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  oid: 26,
  float4: 700,
  float8: 701,
  date: 1082,
  time: 1083,
  timestamp: 1114,
  timestamptz: 1184,
  numeric: 1700,
};
