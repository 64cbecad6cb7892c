import { segmentNames } from '../path/path-segments.ts';
import { field, literalFrom, noNode, numberOf, rootNode, type PathTree } from './path-tree.ts';
import { unmetCondition } from './route-conditions.ts';
import type { RouteParameter, RouteShape } from './route-entry.ts';
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
  const search = { names, isLowerCase: isPathInLowerCase(request.path, names), request, observer };
  return findInHost(table, search) ?? findIn(treeFor(table.index.anyHost, request.method), search) ?? table.unmatched;
}

interface Search {
  /** Decoded segments of the request's path. */
  readonly names: readonly string[];
  /** All of them are in lower case. */
  readonly isLowerCase: boolean;
  readonly request: RouteRequest;
  readonly observer: MatchObserver;
}

function findInHost({ index }: RuleTable, search: Search): RouteMatch | undefined {
  const { host, method } = search.request;
  if (host === undefined || index.byHost.size === 0) return undefined;
  const methods = index.byHost.get(hostNameOf(host));
  return methods && findIn(treeFor(methods, method), search);
}

function treeFor({ byMethod, others }: RuleTable['index']['anyHost'], method: string): PathTree {
  return byMethod.get(method) ?? others;
}

const notFound = -1;

function findIn(tree: PathTree, search: Search): RouteMatch | undefined {
  const found = findFrom(tree, search, rootNode, 0);
  if (found === notFound) return undefined;
  const route = tree.routes[found];
  const shape = tree.shapes[found];
  // Not `route && …`: V8 asks an object whether it is true, and the route itself is far away and not needed yet.
  if (route === undefined || shape === undefined) return undefined;
  return Object.freeze({ kind: 'matched', route, params: paramsOf(shape, search.names) });
}

/** Depth first, the most specific way first; patterns are at most 16 segments deep. */
function findFrom(tree: PathTree, search: Search, node: number, depth: number): number {
  search.observer.visited?.();
  const name = search.names[depth];
  if (name === undefined) return firstFulfilled(tree, search, numberOf(tree, node, field.ends), node);
  const literal = literalFrom(tree, node, search.isLowerCase ? name : name.toLowerCase());
  const byLiteral = literal === noNode ? notFound : findFrom(tree, search, literal, depth + 1);
  if (byLiteral !== notFound) return byLiteral;
  const parameter = numberOf(tree, node, field.parameter);
  const byParameter = parameter === noNode ? notFound : findFrom(tree, search, parameter, depth + 1);
  if (byParameter !== notFound) return byParameter;
  return firstFulfilled(tree, search, numberOf(tree, node, field.tails), node);
}

/** Of a node's routes from `first` on. */
function firstFulfilled(tree: PathTree, search: Search, first: number, node: number): number {
  const end = numberOf(tree, node, field.end);
  for (let place = first; place < end; place += 1) if (isFulfilled(tree, search, place)) return place;
  return notFound;
}

function isFulfilled(
  tree: PathTree,
  { isLowerCase: isLower, names, request, observer }: Search,
  place: number,
): boolean {
  if (isLower && tree.shapes[place]?.isPlain) return true;
  const conditions = tree.conditions[place];
  const unmet = conditions && unmetCondition(conditions, names, request);
  if (unmet === undefined) return true;
  const route = tree.routes[place];
  if (route) observer.refused?.(route, unmet);
  return false;
}

/** The path as a whole is quicker to look at, unless decoding may have brought forth letters. */
function isPathInLowerCase(path: string, names: readonly string[]): boolean {
  return path.includes('%') ? names.every(isLowerCase) : isLowerCase(path);
}

function isLowerCase(name: string): boolean {
  return name === name.toLowerCase();
}

function paramsOf({ parameters }: RouteShape, names: readonly string[]): Readonly<Record<string, string>> {
  const params: Record<string, string> = {};
  // By number: over a frozen array, V8 calls the iterator at each step, which is 5 to 10 % of a look-up.
  let place = 0;
  let parameter = parameters[place];
  while (parameter) {
    params[parameter.name] = valueOf(parameter, names);
    place += 1;
    parameter = parameters[place];
  }
  return Object.freeze(params);
}

function valueOf({ index, isTail }: RouteParameter, names: readonly string[]): string {
  return isTail ? names.slice(index).join('/') : (names[index] ?? '');
}

/** Host without port and final dot, in lower case; an IPv6 address keeps its brackets. */
function hostNameOf(host: string): string {
  const portAt = host.startsWith('[') ? host.indexOf(']') + 1 : host.indexOf(':');
  const name = (portAt > 0 ? host.slice(0, portAt) : host).toLowerCase();
  return name.endsWith('.') ? name.slice(0, -1) : name;
}
