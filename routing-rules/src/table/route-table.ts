import type { SubjectSource } from '../language/rules-document.ts';
import type { RouteIndex } from './route-index.ts';
import type { Capability, Destination, Route, Upstream } from './route.ts';
import type { Unmatched } from './unmatched.ts';

/** The compiled rules: frozen, and swapped as a whole when the file changes. */
export interface RuleTable {
  readonly upstreams: readonly Upstream[];
  readonly capabilities: readonly Capability[];
  /** In the order of the file. */
  readonly routes: readonly Route[];
  /** Serves what no route matches. */
  readonly fallback: Destination;
  readonly defaultSubject: SubjectSource;
  /** What is known of a request that no route matches. */
  readonly unmatched: Unmatched;
  readonly index: RouteIndex;
}
