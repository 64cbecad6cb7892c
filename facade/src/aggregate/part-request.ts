import { withoutHeaders } from '../cache/header-map.ts';
import type { ClientRequest } from '../forward/client-request.ts';
import type { Introduction } from '../forward/request-headers.ts';
import { OwnRequest } from '../own-exchange/own-request.ts';

/**
 * What the client says about its own message, not about who it is: a part has no body, is wanted whole, and is read by us,
 * who take JSON that is not compressed.
 */
const ofTheMessage: ReadonlySet<string> = new Set([
  ...['content-length', 'content-type', 'content-encoding', 'transfer-encoding', 'expect', 'te', 'trailer', 'upgrade'],
  ...['range', 'if-range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since'],
  ...['accept', 'accept-encoding', 'x-request-id', 'traceparent'],
]);

const ofTheMessageOrTrace: ReadonlySet<string> = new Set([...ofTheMessage, 'tracestate']);

/** A GET of one part, as the client itself would have sent it: with its credentials, and in its trace. */
export class PartRequest extends OwnRequest {
  constructor(client: ClientRequest, target: string, introduction: Introduction) {
    const { requestId, traceparent, keepsTracestate } = introduction;
    const ours = { accept: 'application/json', 'x-request-id': requestId, traceparent };
    const leftOut = keepsTracestate ? ofTheMessage : ofTheMessageOrTrace;
    const kept = Object.entries(client.headers).filter(([name]) => !leftOut.has(name));
    super({
      method: 'GET',
      target,
      headers: { ...Object.fromEntries(kept), ...ours },
      rawHeaders: [...withoutHeaders(client.rawHeaders, leftOut), ...Object.entries(ours).flat()],
      client: client.socket,
    });
  }
}
