import type { ClientRequest } from '../forward/client-request.ts';

/** What a request line and its head say, once nothing in them can be read in two ways. */
export interface Arrival {
  readonly kind: 'arrived';
  readonly method: string;
  /** As it came, up to the query. */
  readonly rawPath: string;
  /** With its question mark, or ''. */
  readonly query: string;
  /** Lower-case, without port; undefined for an HTTP/1.0 client that named none. */
  readonly host: string | undefined;
}

/** Answered by the facade itself; no side sees such a request. */
export interface Refusal {
  readonly kind: 'refused';
  readonly status: 400 | 405 | 414;
  /** Stable, for metrics and the problem's type. */
  readonly reason: string;
  readonly detail: string;
}

const scheme = /^https?:\/\//i;
const hostForm = /^(\[[0-9a-f:.]+\]|[a-z0-9._~-]+)(?::\d{1,5})?$/i;

/**
 * Refuses what Node's parser lets through and two servers could read differently: whoever decides by one reading and
 * forwards another can be made to route, authenticate or frame for somebody else.
 * @see RFC 9112 3.2 (request target, Host), 6.1 (transfer codings)
 */
export function readArrival(request: ClientRequest, targetLengthLimit: number): Arrival | Refusal {
  const method = request.method ?? '';
  const target = request.url ?? '';
  if (target.length > targetLengthLimit)
    return {
      kind: 'refused',
      status: 414,
      reason: 'uri-too-long',
      detail: `The request target is longer than ${targetLengthLimit} characters.`,
    };
  if (method === 'TRACE' || method === 'CONNECT')
    return { kind: 'refused', status: 405, reason: 'method-not-allowed', detail: `${method} is not served here.` };
  return problemOfHead(request) ?? readTarget(request, method, target);
}

function readTarget(request: ClientRequest, method: string, target: string): Arrival | Refusal {
  const given = request.headers.host;
  if (given !== undefined && !hostForm.test(given)) return refused('bad-host', 'The Host header is no host name.');
  const origin = originForm(target, given);
  if (origin === undefined)
    return refused('host-mismatch', 'The request target names another host than the Host header.');
  if (origin.includes('#')) return refused('bad-target', 'The request target has a fragment.');
  const at = origin.indexOf('?');
  const host = hostForm.exec(given ?? '')?.[1]?.toLowerCase();
  const [rawPath, query] = at < 0 ? [origin, ''] : [origin.slice(0, at), origin.slice(at)];
  return { kind: 'arrived', method, rawPath, query, host };
}

/** Path and query of an absolute target, whose authority must be the Host; undefined when it is not. */
function originForm(target: string, host: string | undefined): string | undefined {
  const prefix = scheme.exec(target)?.[0];
  if (prefix === undefined) return target;
  const rest = target.slice(prefix.length);
  const end = rest.search(/[/?#]/);
  const authority = end < 0 ? rest : rest.slice(0, end);
  if (authority.toLowerCase() !== host?.toLowerCase()) return undefined;
  const path = end < 0 ? '' : rest.slice(end);
  return path.startsWith('/') ? path : `/${path}`;
}

function problemOfHead(request: ClientRequest): Refusal | undefined {
  const counts = countHeaders(request.rawHeaders);
  if (counts.host === 0 && request.httpVersion !== '1.0') return refused('missing-host', 'There is no Host header.');
  if (counts.host > 1) return refused('duplicate-host', 'There is more than one Host header.');
  if (counts.authorization > 1)
    return refused('duplicate-authorization', 'There is more than one Authorization header.');
  if (counts.coding === 0) return undefined;
  // Node joins repeated lines with ', '. Anything but one "chunked" frames differently for somebody.
  if (counts.coding > 1 || request.headers['transfer-encoding']?.toLowerCase() !== 'chunked')
    return refused('bad-transfer-encoding', 'The only transfer coding served here is "chunked", once.');
  if (request.httpVersion === '1.0') return refused('bad-transfer-encoding', 'HTTP/1.0 has no transfer codings.');
  return undefined;
}

function countHeaders(rawHeaders: readonly string[]): { host: number; authorization: number; coding: number } {
  const counts = { host: 0, authorization: 0, coding: 0 };
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    // Most names are told apart by their length alone.
    if (name.length === 4 && name.toLowerCase() === 'host') counts.host += 1;
    else if (name.length === 13 && name.toLowerCase() === 'authorization') counts.authorization += 1;
    else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') counts.coding += 1;
  }
  return counts;
}

function refused(reason: string, detail: string): Refusal {
  return { kind: 'refused', status: 400, reason, detail };
}
