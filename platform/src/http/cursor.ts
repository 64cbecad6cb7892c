import type { z } from 'zod';
import { invalidRequest } from './parse-input.ts';

/** The opaque cursor of a list: base64url of the JSON array of the last item's sort values. */
export function encodeCursor(values: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** @throws {ProblemError} 400 invalid-request when `text` is no cursor that fits `schema` */
export function decodeCursor<S extends z.ZodType>(schema: S, text: string): z.output<S> {
  const parsed = schema.safeParse(jsonOf(Buffer.from(text, 'base64url').toString('utf8')));
  if (parsed.success) return parsed.data;
  throw invalidRequest('query', [{ path: 'cursor', message: 'Not a cursor of this list; take it from nextCursor.' }]);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
