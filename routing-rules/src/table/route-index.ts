import { groupBy } from '../group-by.ts';
import { buildPathTree } from './build-path-tree.ts';
import type { PathTree } from './path-tree.ts';
import type { RouteEntry } from './route-entry.ts';

export interface MethodIndex {
  readonly byMethod: ReadonlyMap<string, PathTree>;
  /** For methods that no route of this host names. */
  readonly others: PathTree;
}

export interface RouteIndex {
  readonly byHost: ReadonlyMap<string, MethodIndex>;
  readonly anyHost: MethodIndex;
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
