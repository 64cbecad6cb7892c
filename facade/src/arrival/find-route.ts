import { matchRoute, type RouteMatch, type RuleTable } from '@banyan/routing-rules';
import type { ClientRequest } from '../forward/client-request.ts';
import type { Refusal } from './read-arrival.ts';
import { settleTarget, toRouteRequest, type Asked } from './to-route-request.ts';

/** A request with the rule it falls under. */
export interface Found {
  readonly kind: 'found';
  readonly asked: Asked;
  readonly match: RouteMatch;
}

/** One spelling of the request, then its rule; a path that could be read in two ways passes only where that rule allows it. */
export function findRoute(request: ClientRequest, table: RuleTable, targetLengthLimit: number): Found | Refusal {
  const arrived = toRouteRequest(request, targetLengthLimit);
  if (arrived.kind === 'refused') return arrived;
  const match = matchRoute(table, arrived.routeRequest);
  const asked = settleTarget(arrived, match);
  return asked.kind === 'refused' ? asked : { kind: 'found', asked, match };
}
