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

export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

/**
 * A page out of one item more than its limit: that one says that there is another page.
 *
 * @param sortValues - of the page's last item, for the cursor
 */
export function cutPage<T>(found: readonly T[], limit: number, sortValues: (last: T) => readonly unknown[]): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: last && found.length > limit ? encodeCursor(sortValues(last)) : null };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
