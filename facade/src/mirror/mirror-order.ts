import { candidateOf, type Decision, type Destination, type Mirror, type RouteMatch } from '@banyan/routing-rules';

/** That a copy of one request may be sent, and where. */
export interface MirrorOrder {
  readonly routeId: string;
  readonly mirror: Mirror;
  readonly candidate: Destination;
}

/** @returns undefined where nothing is copied, which costs one comparison */
export function mirrorOrderOf(match: RouteMatch, decision: Decision, method: string): MirrorOrder | undefined {
  if (match.kind === 'unmatched' || !match.route.mirror) return undefined;
  const { id: routeId, mirror } = match.route;
  const candidate = candidateOf(match, decision, method);
  return candidate && { routeId, mirror, candidate };
}
