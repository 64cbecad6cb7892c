import {
  describeAmbiguity,
  readPath,
  settleMatched,
  type AmbiguityReason,
  type ReadPath,
  type RouteMatch,
  type RouteRequest,
} from '@banyan/routing-rules';
import type { ClientRequest } from '../forward/client-request.ts';
import { readArrival, type Refusal } from './read-arrival.ts';

/** A request in the one form that is decided on, and exactly the target that is forwarded. */
export interface Asked {
  readonly kind: 'asked';
  readonly routeRequest: RouteRequest;
  /** Canonical path, and the query as it came. */
  readonly target: string;
  readonly query: string;
  /** How the path was read; what it needs is known, whether its route allows that is not. */
  readonly reading: ReadPath;
}

export function toRouteRequest(request: ClientRequest, targetLengthLimit: number): Asked | Refusal {
  const arrival = readArrival(request, targetLengthLimit);
  if (arrival.kind === 'refused') return arrival;
  const reading = readPath(arrival.rawPath);
  if (reading.kind === 'ambiguous') return refusalOf(reading.reason);
  const { method, host, query } = arrival;
  const routeRequest = { method, path: reading.path, host, headers: request.headers };
  return { kind: 'asked', routeRequest, target: reading.path + query, query, reading };
}

/** What is forwarded when the route is known: a path in two readings only where the route allows them. */
export function settleTarget(asked: Asked, match: RouteMatch): Asked | Refusal {
  const { reading, routeRequest, query } = asked;
  if (reading.needs.length === 0 && reading.path === reading.spacedPath) return asked;
  const settled = settleMatched(reading, match);
  if (settled.kind === 'ambiguous') return refusalOf(settled.reason);
  if (settled.path === routeRequest.path) return asked;
  return { ...asked, routeRequest: { ...routeRequest, path: settled.path }, target: settled.path + query };
}

function refusalOf(reason: AmbiguityReason): Refusal {
  const detail = `The path is not served in this spelling. ${describeAmbiguity(reason)}`;
  return { kind: 'refused', status: 400, reason: 'ambiguous-path', detail };
}
