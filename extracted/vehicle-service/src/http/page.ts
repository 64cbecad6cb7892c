import { cutPage, decodeCursor, type Page } from '@banyan/platform';
import { idCursor } from '../contract/index.ts';

export function pageOf<T extends { readonly id: number }>(found: readonly T[], limit: number): Page<T> {
  return cutPage(found, limit, ({ id }) => [id]);
}

/** @throws {ProblemError} 400 invalid-request when the cursor is of another list */
export function idOfCursor(cursor: string | undefined): number | undefined {
  return cursor === undefined ? undefined : decodeCursor(idCursor, cursor)[0];
}
