/**
 * How columns are read. Each accepts both spellings of a value: that of the pool (json parsed, `2026-01-02 03:04:05.678+00`)
 * and that of a captured change (json as text, `2026-01-02T03:04:05.678Z`). Messages never repeat the value.
 */
import { z } from 'zod';

export const int4 = z.number().int();
export const text = z.string();

/** numeric of at most 15 digits, so that a number keeps them all. */
export const decimal = z.union([z.number(), z.string().regex(/^-?\d+(\.\d+)?$/)], 'Not a decimal.').transform(Number);

/** timestamptz, as ISO 8601 in UTC with milliseconds. */
export const moment = z.string().transform((value, context) => {
  const at = new Date(value.replace(' ', 'T').replace(/\+00$/, 'Z'));
  if (!Number.isNaN(at.getTime())) return at.toISOString();
  context.addIssue('Not a moment.');
  return z.NEVER;
});

/** jsonb that holds what `schema` reads. */
export function json<S extends z.ZodType>(schema: S) {
  return z.preprocess((value) => (typeof value === 'string' ? parsed(value) : value), schema);
}

function parsed(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    // Whatever no schema of ours accepts.
    return undefined;
  }
}
