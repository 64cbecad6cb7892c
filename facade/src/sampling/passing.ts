import type { Decision, RouteMatch } from '@banyan/routing-rules';
import type { Asked } from '../arrival/to-route-request.ts';
import type { Approach, Caller } from '../identity/identify.ts';

/** A request that has just been decided, as a sample sees it. */
export interface Passing {
  readonly approach: Approach;
  readonly asked: Pick<Asked, 'routeRequest' | 'query'>;
  readonly match: RouteMatch;
  readonly caller: Caller;
  readonly decision: Decision;
}

/** Where the walk offers requests to a sample. Whoever calls asks `isOpen` first: no sample, no cost. */
export interface TrafficTap {
  readonly isOpen: boolean;
  /** Never throws. */
  take(passing: Passing): void;
}
