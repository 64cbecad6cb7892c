import { groupBy } from '../group-by.ts';
import type { PatternSegment } from '../path/path-pattern.ts';
import type { RouteConditions } from './route-conditions.ts';
import type { Route } from './route.ts';
import { createShare, type Share } from './share.ts';

/** A route where the index keeps it, with what a request must still fulfil once its path has led there. */
export interface RouteEntry {
  readonly route: Route;
  readonly segments: readonly PatternSegment[];
  /** Of the segments, those that have a value. Routes of one shape share one list. */
  readonly parameters: readonly RouteParameter[];
  readonly conditions: RouteConditions;
  /** A request whose path is in lower case fulfils all conditions by having come here. */
  readonly isPlain: boolean;
}

export interface RouteParameter {
  readonly name: string;
  readonly index: number;
  /** All the rest of the path. */
  readonly isTail: boolean;
}

export interface PathNode {
  /** By segment in lower case; a route that minds case has the spelling among its conditions. Undefined: one at most. */
  readonly literals: ReadonlyMap<string, PathNode> | undefined;
  readonly onlyName: string | undefined;
  readonly onlyLiteral: PathNode | undefined;
  readonly parameter: PathNode | undefined;
  /** Routes that end here, in the order of the file. */
  readonly ends: readonly RouteEntry[];
  /** Routes that take all the rest from here on. */
  readonly tails: readonly RouteEntry[];
}

export interface MethodIndex {
  readonly byMethod: ReadonlyMap<string, PathNode>;
  /** For methods that no route of this host names. */
  readonly others: PathNode;
}

export interface RouteIndex {
  readonly byHost: ReadonlyMap<string, MethodIndex>;
  readonly anyHost: MethodIndex;
}

/**
 * Most nodes of a large table have one way on, and stand somewhere in memory that no other look-up has read before: what they have
 * only one of stands in themselves, and what they have none of is one thing for all.
 */
export function literalFrom(node: PathNode, lowerName: string): PathNode | undefined {
  if (node.literals) return node.literals.get(lowerName);
  return node.onlyName === lowerName ? node.onlyLiteral : undefined;
}

interface GrowingNode {
  readonly literals: Map<string, GrowingNode>;
  parameter: GrowingNode | undefined;
  readonly ends: RouteEntry[];
  readonly tails: RouteEntry[];
}

/** Host, then method, then one tree of segments: the way to a route is as long as its path, however many routes there are. */
export function buildRouteIndex(entries: readonly RouteEntry[]): RouteIndex {
  const byHost = new Map<string, MethodIndex>();
  for (const [host, ofHost] of groupBy(entries, ({ route }) => route.host))
    if (host !== undefined) byHost.set(host, buildMethodIndex(ofHost));
  return Object.freeze({ byHost, anyHost: buildMethodIndex(entries.filter(({ route }) => route.host === undefined)) });
}

function buildMethodIndex(entries: readonly RouteEntry[]): MethodIndex {
  const methods = new Set(entries.flatMap(({ route }) => expandMethods(route.methods)));
  methods.delete('ANY');
  const wanting = (method: string) =>
    entries.filter(({ route }) => route.methods.includes('ANY') || expandMethods(route.methods).includes(method));
  return Object.freeze({
    byMethod: new Map([...methods].map((method) => [method, buildPathTree(wanting(method))])),
    others: buildPathTree(wanting('ANY')),
  });
}

function expandMethods(methods: readonly string[]): readonly string[] {
  return methods.includes('GET') ? [...methods, 'HEAD'] : methods;
}

function buildPathTree(entries: readonly RouteEntry[]): PathNode {
  const root = emptyNode();
  for (const entry of entries) plant(root, entry);
  return frozenTree(root, createShare());
}

function plant(root: GrowingNode, entry: RouteEntry): void {
  let node = root;
  for (const segment of entry.segments) {
    if (segment.kind === 'tail') {
      node.tails.push(entry);
      return;
    }
    node = segment.kind === 'parameter' ? parameterOf(node) : literalOf(node, segment.name.toLowerCase());
  }
  node.ends.push(entry);
}

function parameterOf(node: GrowingNode): GrowingNode {
  node.parameter ??= emptyNode();
  return node.parameter;
}

function literalOf(node: GrowingNode, name: string): GrowingNode {
  const child = node.literals.get(name) ?? emptyNode();
  node.literals.set(name, child);
  return child;
}

function emptyNode(): GrowingNode {
  return { literals: new Map(), parameter: undefined, ends: [], tails: [] };
}

const noEntries: readonly RouteEntry[] = Object.freeze([]);

function frozenTree({ literals, parameter, ends, tails }: GrowingNode, share: Share): PathNode {
  const children = [...literals].map(([name, child]) => [share(name), frozenTree(child, share)] as const);
  const [only] = children;
  return Object.freeze({
    literals: children.length > 1 ? new Map(children) : undefined,
    onlyName: only?.[0],
    onlyLiteral: only?.[1],
    parameter: parameter && frozenTree(parameter, share),
    ends: ends.length === 0 ? noEntries : Object.freeze(ends),
    tails: tails.length === 0 ? noEntries : Object.freeze(tails),
  });
}
