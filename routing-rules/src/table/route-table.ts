import type { SubjectSource } from '../language/rules-document.ts';
import type { RouteIndex } from './route-index.ts';
import type { Capability, Destination, Route, Upstream } from './route.ts';

/** The compiled rules: frozen, and swapped as a whole when the file changes. */
export interface RuleTable {
  readonly upstreams: readonly Upstream[];
  readonly capabilities: readonly Capability[];
  /** In the order of the file. */
  readonly routes: readonly Route[];
  /** Serves what no route matches. */
  readonly fallback: Destination;
  readonly defaultSubject: SubjectSource;
  readonly index: RouteIndex;
}
