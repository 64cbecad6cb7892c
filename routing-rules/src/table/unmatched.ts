import type { SubjectSource } from '../language/rules-document.ts';
import type { RouteLimits } from './limits.ts';

/** No route matches: what is said for everything else holds. */
export interface Unmatched {
  readonly kind: 'unmatched';
  readonly subject: SubjectSource;
  readonly limits: RouteLimits | undefined;
}
