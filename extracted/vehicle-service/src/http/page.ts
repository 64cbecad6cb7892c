import { decodeCursor, encodeCursor } from '@banyan/platform';
import { idCursor } from '../contract/index.ts';

/** A page out of one item more than its limit: that one says that there is another page. */
export function pageOf<T extends { readonly id: number }>(found: readonly T[], limit: number) {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: last && found.length > limit ? encodeCursor([last.id]) : null };
}

/** @throws {ProblemError} 400 invalid-request when the cursor is of another list */
export function idOfCursor(cursor: string | undefined): number | undefined {
  return cursor === undefined ? undefined : decodeCursor(idCursor, cursor)[0];
}
