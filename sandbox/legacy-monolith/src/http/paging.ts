import { isId, isStorable, type Fields } from './fields.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** `[id]`, or `[requestedAt, id]` for trips; the form is part of the contract, a page may be continued on another server. */
export type Cursor = readonly [number] | readonly [string, number];

export function readLimit(fields: Fields): number {
  return fields.optional('limit', (name) => fields.digits(name, { min: 1, max: 100 })) ?? 20;
}

export function readIdCursor(fields: Fields): number | undefined {
  return fields.optional('cursor', (name) => {
    const [id, ...rest] = decode(fields.text(name, 200));
    if (isId(id) && rest.length === 0) return id;
    fields.refuse(name, 'is no cursor of this list');
    return undefined;
  });
}

export function readTimeCursor(fields: Fields): { readonly at: Date; readonly id: number } | undefined {
  return fields.optional('cursor', (name) => {
    const [at, id, ...rest] = decode(fields.text(name, 200));
    if (isMoment(at) && isId(id) && rest.length === 0) return { at: new Date(at), id };
    fields.refuse(name, 'is no cursor of this list');
    return undefined;
  });
}

/** A page out of `limit + 1` rows: the one too many says that there is more. */
export function pageOf<T>(rows: readonly T[], limit: number, cursorOf: (last: T) => Cursor): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const nextCursor = rows.length > limit && last !== undefined ? encode(cursorOf(last)) : null;
  return { items, nextCursor };
}

function encode(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function decode(text: string): readonly unknown[] {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return [];
  try {
    const value: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}

function isMoment(value: unknown): value is string {
  const isUtc = typeof value === 'string' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value);
  return isUtc && isStorable(new Date(value));
}
