import type { HeaderMap } from './header-map.ts';
import { withoutHeaders } from './header-map.ts';
import type { KeptAnswer } from './kept-answer.ts';

/** Whether the client has this very answer already (RFC 9110 13.2.2). */
export function isKnownTo(request: HeaderMap, { status, policy }: KeptAnswer): boolean {
  if (status !== 200) return false;
  const tags = request['if-none-match'];
  if (tags !== undefined) return tags.trim() === '*' || (policy.etag !== undefined && hasTag(tags, policy.etag));
  const sinceMs = Date.parse(request['if-modified-since'] ?? '');
  const changedMs = Date.parse(policy.lastModified ?? '');
  return !Number.isNaN(sinceMs) && !Number.isNaN(changedMs) && changedMs <= sinceMs;
}

/** Weak comparison (RFC 9110 8.8.3.2): If-None-Match asks whether the copy is good enough. */
function hasTag(list: string, etag: string): boolean {
  const opaque = etag.trim().replace(/^W\//, '');
  return [...list.matchAll(/(?:W\/)?("[^"]*")/g)].some(([, tag]) => tag === opaque);
}

const ofBody: ReadonlySet<string> = new Set(['content-length', 'content-encoding', 'content-type', 'content-language']);

/** RFC 9110 15.4.5: a 304 describes no body. */
export function headersOf304(flat: readonly string[]): string[] {
  return withoutHeaders(flat, ofBody);
}

// What asks for a part, or for an answer that depends on a state of the side.
const beyondUs = ['range', 'if-range', 'if-match', 'if-unmodified-since'] as const;

export function asksTheSide(request: HeaderMap): boolean {
  return beyondUs.some((name) => request[name] !== undefined) || /no-store/i.test(request['cache-control'] ?? '');
}
