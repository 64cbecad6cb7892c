import { createHash } from 'node:crypto';
import type { Decision, RouteMatch, RouteRequest, RuleTable } from '@banyan/routing-rules';
import type { IncomingHttpHeaders } from 'node:http';
import type { Place } from './answer-store.ts';

/** What a route lets the facade keep for one request. */
export interface Keeping {
  readonly place: Place;
  /** The rules that say so: what was kept under others is forgotten. */
  readonly table: RuleTable;
}

export interface KeepingQuestion {
  readonly table: RuleTable;
  readonly routeRequest: Pick<RouteRequest, 'path' | 'host'>;
  /** Canonical path, and the query as it came. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  /** Headers by which a gateway says who calls. */
  readonly gatewayNames: ReadonlySet<string>;
}

/** @returns undefined where nothing is kept, which costs nothing */
export function keepingFor(match: RouteMatch, decision: Decision, ask: () => KeepingQuestion): Keeping | undefined {
  if (match.kind === 'unmatched' || !match.route.cache) return undefined;
  const { id, cache } = match.route;
  const question = ask();
  const { table, routeRequest } = question;
  return { table, place: { routeId: id, limits: cache, key: keyOf(decision, question), path: routeRequest.path } };
}

/**
 * Everything that must not be mixed: the side and its address, so that nobody gets the answer of a side that does not serve
 * him; and the caller, by his verified id and by all that could tell him from another to a side, known here or not.
 */
function keyOf(decision: Decision, { routeRequest, target, headers, gatewayNames }: KeepingQuestion): string {
  const { side, upstream, subject, scope } = decision;
  const credentials = [...callerHeaders, ...gatewayNames].map((name) => headers[name] ?? null);
  const caller = createHash('sha256')
    .update(JSON.stringify([subject, scope, credentials]))
    .digest('base64url');
  return JSON.stringify([side, upstream.name, upstream.urls, routeRequest.host?.toLowerCase(), target, caller]);
}

const callerHeaders = ['authorization', 'cookie', 'x-api-key'] as const;
