import { canonicalisePath, describeAmbiguity, type RouteRequest } from '@banyan/routing-rules';
import type { ClientRequest } from '../forward/client-request.ts';
import { readArrival, type Refusal } from './read-arrival.ts';

/** A request in the one form that is decided on, and exactly the target that is forwarded. */
export interface Asked {
  readonly kind: 'asked';
  readonly routeRequest: RouteRequest;
  /** Canonical path, and the query as it came. */
  readonly target: string;
}

export function toRouteRequest(request: ClientRequest, targetLengthLimit: number): Asked | Refusal {
  const arrival = readArrival(request, targetLengthLimit);
  if (arrival.kind === 'refused') return arrival;
  const canonical = canonicalisePath(arrival.rawPath);
  if (canonical.kind === 'ambiguous') {
    const detail = `The path is not served in this spelling. ${describeAmbiguity(canonical.reason)}`;
    return { kind: 'refused', status: 400, reason: 'ambiguous-path', detail };
  }
  const { method, host, query } = arrival;
  const routeRequest = { method, path: canonical.path, host, headers: request.headers };
  return { kind: 'asked', routeRequest, target: canonical.path + query };
}
