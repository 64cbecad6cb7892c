import type { IncomingHttpHeaders } from 'node:http';
import type { IncomingHttpHeaders as Http2Headers } from 'node:http2';

/** The head of an HTTP/2 request, as HTTP/1.1 would say it. */
export interface Http2Head {
  readonly method: string;
  readonly path: string;
  /** Lower-case names, none of them a pseudo header; `host` stands for `:authority`. */
  readonly headers: IncomingHttpHeaders;
  /** Flat: name, value, name, value. */
  readonly rawHeaders: readonly string[];
  /** As RFC 9113 6.5.2 counts it: names, values, and 32 for each. */
  readonly sizeBytes: number;
}

const overheadBytes = 32;

/**
 * Says the head in the words of HTTP/1.1. Both an authority and a Host are kept as two Hosts unless they are the same:
 * whoever reads hosts refuses two. What only a connection of HTTP/1.1 may say, `te` but for trailers, and pseudo headers
 * out of place never come so far: nghttp2 resets the stream (RFC 9113 8.2.2, 8.3).
 *
 * @param given - as Node reads it, with crumbs of cookies joined
 * @param flat - name, value, name, value; pseudo headers first
 */
export function readHttp2Head(given: Http2Headers, flat: readonly string[]): Http2Head {
  const authority = given[':authority'];
  return {
    method: given[':method'] ?? '',
    path: given[':path'] ?? '',
    headers: withoutPseudo(given, authority),
    rawHeaders: rawHeadersOf(flat, authority, given.cookie),
    sizeBytes: sizeOf(flat),
  };
}

function rawHeadersOf(flat: readonly string[], authority: string | undefined, cookies: string | undefined): string[] {
  const lines = authority === undefined ? [] : ['host', authority];
  for (let index = 0; index < flat.length; index += 2) {
    const [name, value] = [flat[index] ?? '', flat[index + 1] ?? ''];
    const isHostAgain = name === 'host' && value === authority;
    if (!name.startsWith(':') && name !== 'cookie' && !isHostAgain) lines.push(name, value);
  }
  // One cookie header, which is all that HTTP/1.1 may have, stands for its crumbs (RFC 9113 8.2.3).
  if (cookies !== undefined) lines.push('cookie', cookies);
  return lines;
}

function sizeOf(flat: readonly string[]): number {
  return flat.reduce((sum, text) => sum + text.length + overheadBytes / 2, 0);
}

function withoutPseudo(given: Http2Headers, authority: string | undefined): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = {};
  for (const name in given) if (!name.startsWith(':')) headers[name] = given[name];
  if (authority !== undefined) headers.host = authority;
  return headers;
}
