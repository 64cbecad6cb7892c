import type { IncomingHttpHeaders } from 'node:http';
import type { EventSource } from './client-response.ts';

/** A client's request of either protocol: what the walk may know of it. Node's own `IncomingMessage` is one. */
export interface ClientRequest extends EventSource<'data' | 'end' | 'close' | 'error'> {
  readonly method?: string | undefined;
  /** The request target: of HTTP/2 its `:path`. */
  readonly url?: string | undefined;
  readonly httpVersion: string;
  /** Lower-case names; of HTTP/2 with `host` for `:authority`, and with no pseudo header. */
  readonly headers: IncomingHttpHeaders;
  /** Flat: name, value, name, value; of HTTP/2 as {@link headers}, and with one `cookie`. */
  readonly rawHeaders: readonly string[];
  /** Flat, and filled at the end of the body. */
  readonly rawTrailers: readonly string[];
  /** The whole message came; false for ever when the client broke it off. */
  readonly complete: boolean;
  /** `end` was said, be it to nobody: over HTTP/2 the end of an empty body does not wait for a reader. */
  readonly hasEnded?: boolean;
  readonly destroyed: boolean;
  readonly socket: ClientSocket;
  pause(): unknown;
  resume(): unknown;
}

/** The connection, which over HTTP/2 other requests share. */
export interface ClientSocket {
  readonly remoteAddress?: string | undefined;
  /** Over TLS. */
  readonly encrypted?: boolean;
  /** Nothing more is said on it: what was said last ends it. Of HTTP/1.1 only. */
  readonly writableEnded?: boolean;
  /** Ends the connection; over HTTP/2 this request's stream alone. */
  destroy(): unknown;
}

/** Whether a body follows the head, be it an empty one. HTTP/1.1 tells by headers, HTTP/2 by a flag on its frames. */
export function hasBody(request: ClientRequest): boolean {
  if (isSelfFramed(request)) return request.hasBody;
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  return coding !== undefined || (length !== undefined && Number(length) !== 0);
}

/** A request of HTTP/2. */
export function isSelfFramed(request: ClientRequest): request is ClientRequest & { readonly hasBody: boolean } {
  return 'hasBody' in request;
}
