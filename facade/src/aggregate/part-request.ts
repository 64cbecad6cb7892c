import type { IncomingHttpHeaders } from 'node:http';
import type { Introduction } from '../forward/request-headers.ts';
import type { ClientRequest } from '../forward/client-request.ts';

/**
 * What the client says about its own message, not about who it is: a part has no body, is wanted whole, and is read by us,
 * who take JSON that is not compressed.
 */
const ofTheMessage: ReadonlySet<string> = new Set([
  ...['content-length', 'content-type', 'content-encoding', 'transfer-encoding', 'expect', 'te', 'trailer', 'upgrade'],
  ...['range', 'if-range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'],
  ...['accept', 'accept-encoding', 'x-request-id', 'traceparent'],
]);

/** A GET of one part, as the client itself would have sent it: with its credentials, and in its trace. */
export class PartRequest implements ClientRequest {
  readonly method = 'GET';
  readonly url: string;
  readonly httpVersion = '1.1';
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly rawTrailers: readonly string[] = [];
  readonly complete = true;
  readonly destroyed = false;
  readonly hasBody = false;
  readonly socket: ClientRequest['socket'];

  constructor(client: ClientRequest, target: string, introduction: Introduction) {
    const { requestId, traceparent, keepsTracestate } = introduction;
    const ours = { accept: 'application/json', 'x-request-id': requestId, traceparent };
    const isLeftOut = (name: string): boolean => ofTheMessage.has(name) || (name === 'tracestate' && !keepsTracestate);
    const kept = Object.entries(client.headers).filter(([name]) => !isLeftOut(name));
    this.url = target;
    this.headers = { ...Object.fromEntries(kept), ...ours };
    this.rawHeaders = [
      ...client.rawHeaders.filter((_text, index) => !isLeftOut(nameAt(client.rawHeaders, index))),
      ...Object.entries(ours).flat(),
    ];
    // The connection is the client's: who is at its other end decides what is believed, and nobody ends it here.
    const { remoteAddress, encrypted = false } = client.socket;
    this.socket = { remoteAddress, encrypted, destroy: () => undefined };
  }

  // Nothing happens to a request that is complete from the start.
  on(): this {
    return this;
  }

  once(): this {
    return this;
  }

  off(): this {
    return this;
  }

  pause(): this {
    return this;
  }

  resume(): this {
    return this;
  }
}

function nameAt(flat: readonly string[], index: number): string {
  return (flat[index - (index % 2)] ?? '').toLowerCase();
}
