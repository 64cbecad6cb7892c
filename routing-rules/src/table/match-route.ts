import { segmentNames } from '../path/path-segments.ts';
import { literalFrom, type PathNode, type RouteEntry } from './route-index.ts';
import { unmetCondition } from './route-conditions.ts';
import type { Route } from './route.ts';
import type { RouteRequest } from './route-request.ts';
import type { RuleTable } from './route-table.ts';
import type { Unmatched } from './unmatched.ts';

export type RouteMatch =
  { readonly kind: 'matched'; readonly route: Route; readonly params: Readonly<Record<string, string>> } | Unmatched;

/** Is told what the matcher does; for `explain` and for counting. */
export interface MatchObserver {
  /** A node of the index is looked at. */
  visited?(): void;
  /** The path led to a route that the request does not fulfil otherwise. */
  refused?(route: Route, why: string): void;
}

/**
 * The route for a request. Routes with a host come before routes without; a literal segment wins over a parameter, a parameter
 * over the rest of a path; among equals, the first in the file whose conditions hold. A trailing slash makes no difference.
 *
 * The number of steps depends on the length of the path, not on the number of routes.
 */
export function matchRoute(table: RuleTable, request: RouteRequest, observer: MatchObserver = {}): RouteMatch {
  const names = segmentNames(request.path);
  const search = { names, isLowerCase: names.every(isLowerCase), request, observer };
  const found = findInHost(table, search) ?? findFrom(treeFor(table.index.anyHost, request.method), search, 0);
  if (!found) return table.unmatched;
  return Object.freeze({ kind: 'matched', route: found.route, params: paramsOf(found, search.names) });
}

interface Search {
  /** Decoded segments of the request's path. */
  readonly names: readonly string[];
  /** All of them are in lower case. */
  readonly isLowerCase: boolean;
  readonly request: RouteRequest;
  readonly observer: MatchObserver;
}

function findInHost({ index }: RuleTable, search: Search): RouteEntry | undefined {
  const { host, method } = search.request;
  if (host === undefined || index.byHost.size === 0) return undefined;
  const methods = index.byHost.get(hostNameOf(host));
  return methods && findFrom(treeFor(methods, method), search, 0);
}

function treeFor({ byMethod, others }: RuleTable['index']['anyHost'], method: string): PathNode {
  return byMethod.get(method) ?? others;
}

/** Depth first, the most specific way first; patterns are at most 16 segments deep. */
function findFrom(node: PathNode, search: Search, depth: number): RouteEntry | undefined {
  search.observer.visited?.();
  const name = search.names[depth];
  if (name === undefined) return firstFulfilled(node.ends, search) ?? firstFulfilled(node.tails, search);
  const literal = literalFrom(node, search.isLowerCase ? name : name.toLowerCase());
  return (
    (literal && findFrom(literal, search, depth + 1)) ??
    (node.parameter && findFrom(node.parameter, search, depth + 1)) ??
    firstFulfilled(node.tails, search)
  );
}

function firstFulfilled(entries: readonly RouteEntry[], search: Search): RouteEntry | undefined {
  const { names, request, observer } = search;
  for (const entry of entries) {
    if (search.isLowerCase && entry.isPlain) return entry;
    const unmet = unmetCondition(entry.conditions, names, request);
    if (unmet === undefined) return entry;
    observer.refused?.(entry.route, unmet);
  }
  return undefined;
}

function isLowerCase(name: string): boolean {
  return name === name.toLowerCase();
}

function paramsOf({ parameters }: RouteEntry, names: readonly string[]): Readonly<Record<string, string>> {
  const params: Record<string, string> = {};
  for (const { name, index, isTail } of parameters)
    params[name] = isTail ? names.slice(index).join('/') : (names[index] ?? '');
  return Object.freeze(params);
}

/** Host without port and final dot, in lower case; an IPv6 address keeps its brackets. */
function hostNameOf(host: string): string {
  const portAt = host.startsWith('[') ? host.indexOf(']') + 1 : host.indexOf(':');
  const name = (portAt > 0 ? host.slice(0, portAt) : host).toLowerCase();
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
