import type { AmbiguityReason, PathAllowance } from './path-ambiguity.ts';

export type CanonicalPath = { readonly kind: 'canonical'; readonly path: string } | Ambiguous;

export interface Ambiguous {
  readonly kind: 'ambiguous';
  readonly reason: AmbiguityReason;
}

/** A path in one spelling, of which it is not known yet whether its route may have such a path. */
export interface ReadPath {
  readonly kind: 'read';
  readonly path: string;
  /** The same with its empty segments; matching makes no difference between the two. */
  readonly spacedPath: string;
  /** Everything that its route must allow, the first one met first; empty for most paths. */
  readonly needs: readonly PathAllowance[];
}

export type PathReading = ReadPath | Ambiguous;
