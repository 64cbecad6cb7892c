import type { RouteContract as AnyRouteContract } from '@banyan/platform';
import type { ProblemName } from './problems.ts';

/** One route of the service. */
export interface RouteContract extends AnyRouteContract<ProblemName> {
  /** Others get 403 forbidden, whatever they ask. */
  readonly isForOperators?: boolean;
}
