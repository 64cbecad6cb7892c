import type { ClientResponse } from './client-response.ts';
import type { ClientRequest } from './client-request.ts';

// What frames, routes, authenticates or describes the body must be known before it (RFC 9110 6.5.1).
const neverTrailers: ReadonlySet<string> = new Set([
  'authorization',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-range',
  'content-type',
  'cookie',
  'expect',
  'host',
  'set-cookie',
  'trailer',
]);

export function mayTrail(lowerName: string): boolean {
  return !neverTrailers.has(lowerName);
}

/** The names in `Trailer` that are passed on; undefined when there are none, or nothing that they could follow. */
export function announcedTrailers(
  request: Pick<ClientRequest, 'headers'>,
  isPassedOn: (lowerName: string) => boolean,
): string | undefined {
  const { trailer, 'content-length': length, 'transfer-encoding': coding } = request.headers;
  // HTTP/2 has no codings, and trailers behind any body.
  const isChunked = coding !== undefined || 'hasBody' in request;
  if (trailer === undefined || length !== undefined || !isChunked) return undefined;
  const names = trailer.split(',').map((name) => name.trim());
  const kept = names.filter((name) => name !== '' && mayTrail(name.toLowerCase()) && isPassedOn(name.toLowerCase()));
  return kept.length === 0 ? undefined : kept.join(', ');
}

/** Lines for the end of a chunked body, each with its line end; '' without trailers. */
export function trailerLines(request: ClientRequest, isPassedOn: (lowerName: string) => boolean): string {
  const { rawTrailers } = request;
  let lines = '';
  for (let index = 0; index < rawTrailers.length; index += 2) {
    const name = rawTrailers[index] ?? '';
    const lowerName = name.toLowerCase();
    if (mayTrail(lowerName) && isPassedOn(lowerName)) lines += `${name}: ${rawTrailers[index + 1] ?? ''}\r\n`;
  }
  return lines;
}

/** Behind the body of an answer that is sent in chunks. */
export function addTrailers(response: ClientResponse, trailers: readonly [string, string][]): void {
  if (trailers.length === 0 || !response.chunkedEncoding) return;
  try {
    response.addTrailers(trailers);
  } catch {
    // A trailer that is no valid header says nothing the client relies on: the body is complete without it.
  }
}
