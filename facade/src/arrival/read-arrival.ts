import { ownText } from '../own-text.ts';
import { isSelfFramed, type ClientRequest } from '../forward/client-request.ts';

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
  readonly status: 400 | 405 | 414 | 417;
  /** Stable, for metrics and the problem's type. */
  readonly reason: string;
  readonly detail: string;
}

const scheme = /^https?:\/\//i;
const hostForm = /^(\[[0-9a-f:.]+\]|[a-z0-9_~-]+(?:\.[a-z0-9_~-]+)*\.?)(?::(\d{1,5}))?$/i;
const portLimit = 65_535;

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
  const host = hostOf(given);
  if (given !== undefined && host === undefined) return refused('bad-host', 'The Host header is no host name.');
  const origin = originForm(target, given);
  if (origin === undefined)
    return refused('host-mismatch', 'The request target names another host than the Host header.');
  if (origin.includes('#')) return refused('bad-target', 'The request target has a fragment.');
  const at = origin.indexOf('?');
  const [rawPath, query] = at < 0 ? [origin, ''] : [origin.slice(0, at), origin.slice(at)];
  return { kind: 'arrived', method, rawPath, query, host };
}

// One site's clients all say the same.
let lastGiven: string | undefined;
let lastHost: string | undefined;

/** Undefined when it is none. */
function hostOf(given: string | undefined): string | undefined {
  if (given === lastGiven) return lastHost;
  const host = readHost(given);
  [lastGiven, lastHost] = [given === undefined ? given : ownText(given), host === undefined ? host : ownText(host)];
  return host;
}

function readHost(given = ''): string | undefined {
  const [, host, port = '0'] = hostForm.exec(given) ?? [];
  return Number(port) > portLimit ? undefined : host?.toLowerCase();
}

/** Path and query of an absolute target, whose authority must be the Host; undefined when it is not. */
function originForm(target: string, host: string | undefined): string | undefined {
  if (target.startsWith('/')) return target;
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
  const { httpVersion } = request;
  if (httpVersion !== '1.1' && httpVersion !== '1.0' && !isSelfFramed(request))
    return refused('bad-version', 'The request line names a version of HTTP that the connection does not speak.');
  if (counts.host === 0 && httpVersion !== '1.0') return refused('missing-host', 'There is no Host header.');
  if (counts.host > 1) return refused('duplicate-host', 'There is more than one Host header.');
  if (counts.authorization > 1)
    return refused('duplicate-authorization', 'There is more than one Authorization header.');
  return problemOfFraming(request, counts) ?? problemOfExpectation(request);
}

function problemOfFraming(request: ClientRequest, { coding, disguise }: HeaderCounts): Refusal | undefined {
  if (disguise > 0)
    return refused('disguised-framing', 'A header reads as one that frames the message where "_" is read as "-".');
  // Such a number is not the same to all who read it.
  if (Number(request.headers['content-length'] ?? 0) > Number.MAX_SAFE_INTEGER)
    return refused('bad-content-length', 'The Content-Length is beyond all bodies.');
  if (coding === 0) return undefined;
  // Node joins repeated lines with ', '. Anything but one "chunked" frames differently for somebody.
  if (coding > 1 || request.headers['transfer-encoding'] !== 'chunked')
    return refused('bad-transfer-encoding', 'The only transfer coding served here is "chunked", once, in lower case.');
  if (request.httpVersion === '1.0') return refused('bad-transfer-encoding', 'HTTP/1.0 has no transfer codings.');
  return undefined;
}

/** @see RFC 9110 10.1.1 */
function problemOfExpectation({ headers, httpVersion }: ClientRequest): Refusal | undefined {
  if (headers.expect === undefined || httpVersion === '1.0' || headers.expect.toLowerCase() === '100-continue')
    return undefined;
  return {
    kind: 'refused',
    status: 417,
    reason: 'unknown-expectation',
    detail: 'The only expectation that can be met here is "100-continue".',
  };
}

interface HeaderCounts {
  host: number;
  authorization: number;
  coding: number;
  /** Names that CGI-like servers cannot tell from those that frame a message. */
  disguise: number;
}

function countHeaders(rawHeaders: readonly string[]): HeaderCounts {
  const counts = { host: 0, authorization: 0, coding: 0, disguise: 0 };
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const kind = kindOf(rawHeaders[index] ?? '');
    if (kind !== undefined) counts[kind] += 1;
  }
  return counts;
}

/** Most names are told apart by their length alone. */
function kindOf(name: string): keyof HeaderCounts | undefined {
  switch (name.length) {
    case 4:
      return name.toLowerCase() === 'host' ? 'host' : undefined;
    case 13:
      return name.toLowerCase() === 'authorization' ? 'authorization' : undefined;
    case 14:
      return name.toLowerCase() === 'content_length' ? 'disguise' : undefined;
    case 17:
      return codingOrDisguise(name.toLowerCase());
    default:
      return undefined;
  }
}

function codingOrDisguise(lowerName: string): keyof HeaderCounts | undefined {
  if (lowerName === 'transfer-encoding') return 'coding';
  return lowerName === 'transfer_encoding' ? 'disguise' : undefined;
}

function refused(reason: string, detail: string): Refusal {
  return { kind: 'refused', status: 400, reason, detail };
}
