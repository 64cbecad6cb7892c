import type { ColumnValue, Row } from './change-event.ts';

/**
 * JSON of a row. Whole numbers beyond 2^53 are written digit by digit, as Java does; doubles of that size get an exponent,
 * so that a reader can tell an int8 from a float8 by its text.
 */
export function rowToJson(row: Row | null): string {
  if (row === null) return 'null';
  let text = '';
  for (const name of Object.keys(row)) {
    text += `${text === '' ? '{' : ','}${JSON.stringify(name)}:${valueToJson(row[name] ?? null)}`;
  }
  return text === '' ? '{}' : `${text}}`;
}

function valueToJson(value: ColumnValue): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'number') return numberToJson(value);
  // null, true, false and the digits of a bigint.
  if (value === null || typeof value !== 'object') return String(value);
  return `[${value.map(valueToJson).join(',')}]`;
}

function numberToJson(value: number): string {
  if (Object.is(value, -0)) return '-0.0';
  if (!Number.isFinite(value)) return JSON.stringify(String(value));
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? value.toExponential() : String(value);
}

const stringOrNumber = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const bigTag = '$bigint';

/**
 * JSON.parse that gives a bigint for every whole number beyond 2^53 (Node 20's JSON.parse rounds it). Several times slower: use it
 * only where such digits occur.
 * @throws {SyntaxError} as JSON.parse does
 */
export function parseJsonLossless(text: string): unknown {
  const tagged = text.replace(stringOrNumber, (token) =>
    /^-?\d{16,}$/.test(token) && !Number.isSafeInteger(Number(token)) ? `{"${bigTag}":"${token}"}` : token,
  );
  return JSON.parse(tagged, (_key, value: unknown) => (isTagged(value) ? BigInt(value[bigTag]) : value));
}

function isTagged(value: unknown): value is { readonly [bigTag]: string } {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, bigTag)) return false;
  const digits = (value as Readonly<Record<string, unknown>>)[bigTag];
  return typeof digits === 'string' && /^-?\d+$/.test(digits);
}
