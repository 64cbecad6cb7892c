import { readPath, settlePath } from '../path/canonical-path.ts';
import type { PathAllowance } from '../path/path-ambiguity.ts';
import type { Ambiguous, CanonicalPath, ReadPath } from '../path/path-reading.ts';
import { matchRoute, type RouteMatch } from './match-route.ts';
import type { RouteRequest } from './route-request.ts';
import type { RuleTable } from './route-table.ts';

export type PathMatch =
  { readonly kind: 'settled'; readonly request: RouteRequest; readonly match: RouteMatch } | Ambiguous;

const nothing: readonly PathAllowance[] = Object.freeze([]);

/** The path that a matched request is decided on and forwarded with, or why its route does not take it. */
export function settleMatched(reading: ReadPath, match: RouteMatch): CanonicalPath {
  return settlePath(reading, match.kind === 'matched' ? match.route.allowedPaths : nothing);
}

/**
 * Reads, matches and settles as the facade does.
 *
 * @param asked - `path` as it came, up to the query
 */
export function matchPath(table: RuleTable, asked: RouteRequest): PathMatch {
  const reading = readPath(asked.path);
  if (reading.kind === 'ambiguous') return reading;
  const match = matchRoute(table, { ...asked, path: reading.path });
  const settled = settleMatched(reading, match);
  if (settled.kind === 'ambiguous') return settled;
  return { kind: 'settled', request: { ...asked, path: settled.path }, match };
}
