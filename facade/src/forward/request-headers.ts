import type { IncomingHttpHeaders } from 'node:http';
import { isSelfFramed, type ClientRequest } from './client-request.ts';
import { forwardedOf } from './forwarded.ts';
import { isHopByHop, namedByConnection, noneNamed } from './hop-by-hop.ts';
import { announcedTrailers, trailerLines } from './trailers.ts';

/** What the facade itself says about a request; nothing of it is taken from an untrusted client. */
export interface Introduction {
  /** Address of the connection's other end, IPv4 without the `::ffff:` prefix. */
  readonly peerAddress: string;
  /** A trusted peer is a proxy of ours: what it says about the client is kept and continued. */
  readonly isPeerTrusted: boolean;
  readonly scheme: 'http' | 'https';
  readonly requestId: string;
  readonly traceparent: string;
  /** Continued only together with a valid `traceparent` (W3C Trace Context 3.3). */
  readonly keepsTracestate: boolean;
  /** Lower-case names that only a trusted peer may send, for example the gateway's user header. */
  readonly gatewayNames: ReadonlySet<string>;
}

type Sender = Pick<Introduction, 'isPeerTrusted' | 'keepsTracestate' | 'gatewayNames'>;

const ownNames: ReadonlySet<string> = new Set(['x-request-id', 'traceparent', 'forwarded']);

/**
 * The header list for the side, flat: name, value, name, value. Order, case and duplicates of the client are kept.
 * `Host` stays the client's: the monolith's links, cookies and virtual hosts depend on it.
 */
export function upstreamHeaders(
  request: Pick<ClientRequest, 'headers' | 'rawHeaders'>,
  introduction: Introduction,
): string[] {
  const { rawHeaders } = request;
  const named = namedByConnection(request.headers.connection);
  const headers: string[] = [];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (isKnownPassedOn(name, named, introduction)) headers.push(name, rawHeaders[index + 1] ?? '');
  }
  const announced = announcedTrailers(request, (lowerName) => isPassedOn(lowerName, noneNamed, introduction));
  if (announced !== undefined) headers.push('trailer', announced);
  introduce(headers, request.headers, introduction);
  return headers;
}

/** Trailers for the side: text lines, known when the body has ended. A client of HTTP/1.1 announces them; HTTP/2 needs no word. */
export function upstreamTrailers(request: ClientRequest, introduction: Introduction): (() => string) | undefined {
  if (request.headers.trailer === undefined && !(isSelfFramed(request) && request.hasBody)) return undefined;
  return () => trailerLines(request, (lowerName) => isPassedOn(lowerName, noneNamed, introduction));
}

// Names repeat: what depends on the name alone is worked out once for each. It grows by names that clients make up, so it ends.
const usualNames = new Map<string, string>();
const usualNamesLimit = 512;
const usualNameLength = 40;

/** As {@link isPassedOn}, quicker for names that pass whoever sends them. */
function isKnownPassedOn(name: string, named: ReadonlySet<string>, introduction: Introduction): boolean {
  const usual = usualNames.get(name);
  if (usual === undefined) {
    const lowerName = name.toLowerCase();
    const isPassed = isPassedOn(lowerName, named, introduction);
    if (isUsual(lowerName) && name.length <= usualNameLength && usualNames.size < usualNamesLimit)
      usualNames.set(name, lowerName);
    return isPassed;
  }
  return !named.has(usual) && (introduction.isPeerTrusted || !introduction.gatewayNames.has(usual));
}

/** It passes unless `Connection` names it, or only a gateway may send it. */
function isUsual(lowerName: string): boolean {
  return (
    lowerName !== 'tracestate' &&
    lowerName !== 'x-real-ip' &&
    !lowerName.includes('_') &&
    isPassedOn(lowerName, noneNamed, anybody)
  );
}

function isPassedOn(lowerName: string, named: ReadonlySet<string>, introduction: Sender): boolean {
  if (isHopByHop(lowerName, named)) return false;
  // Expect is answered here (RFC 9110 10.1.1); only trailers that are passed on are announced.
  if (lowerName === 'expect' || lowerName === 'trailer') return false;
  if (lowerName === 'tracestate') return introduction.keepsTracestate;
  // CGI-like servers read `X_Forwarded_For` as `X-Forwarded-For`.
  return !isOurs(lowerName.includes('_') ? lowerName.replaceAll('_', '-') : lowerName, introduction);
}

const anybody = { isPeerTrusted: true, keepsTracestate: true, gatewayNames: noneNamed };

function isOurs(plainName: string, { isPeerTrusted, gatewayNames }: Sender): boolean {
  if (plainName.startsWith('x-forwarded-') || plainName.startsWith('x-banyan-') || ownNames.has(plainName)) return true;
  return !isPeerTrusted && (plainName === 'x-real-ip' || gatewayNames.has(plainName));
}

function introduce(headers: string[], given: IncomingHttpHeaders, introduction: Introduction): void {
  const { peerAddress, isPeerTrusted, scheme, requestId, traceparent } = introduction;
  // Node joins repeated headers with ', ', which is what a list of hops looks like anyway.
  const said = (name: string): string | undefined => (isPeerTrusted ? given[name]?.toString() : undefined);
  const hops = said('x-forwarded-for');
  headers.push('x-forwarded-for', hops === undefined ? peerAddress : `${hops}, ${peerAddress}`);
  headers.push('x-forwarded-proto', said('x-forwarded-proto') ?? scheme);
  const host = said('x-forwarded-host') ?? given.host;
  if (host !== undefined) headers.push('x-forwarded-host', host);
  const hop = { address: peerAddress, host: given.host, scheme };
  headers.push('forwarded', forwardedOf(hop, said('forwarded'), hops));
  headers.push('x-request-id', requestId, 'traceparent', traceparent);
}
