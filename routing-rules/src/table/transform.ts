import type { PathRewrite } from '../path/path-rewrite.ts';

/** Names in lower case. What is set takes the place of all that came under its name. */
export interface HeaderChanges {
  readonly set: readonly (readonly [name: string, value: string])[];
  /** What is removed, and what is set. */
  readonly gone: ReadonlySet<string>;
}

/** How requests of one route are brought into the shape of one side, and its answers back. */
export interface Transform {
  readonly path: PathRewrite | undefined;
  readonly request: HeaderChanges | undefined;
  readonly answer: HeaderChanges | undefined;
  readonly rewritesLocation: boolean;
  /** Ways back for `Location`, after this route's own: those of all routes to the same upstream. */
  readonly waysBack: readonly PathRewrite[];
  readonly cookiePath: { readonly from: string; readonly to: string } | undefined;
  /** In the place of the domain that a cookie names; undefined leaves it, `remove` takes it out. */
  readonly cookieDomain: string | undefined;
}
