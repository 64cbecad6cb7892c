import { withoutHeaders } from '../cache/header-map.ts';
import type { ClientRequest } from '../forward/client-request.ts';
import { OwnRequest } from '../own-exchange/own-request.ts';

// The key stands for the one write that counts: a candidate that keeps it would give the copy's answer to a later repeat.
const leftOut: ReadonlySet<string> = new Set(['idempotency-key']);

/** The same request once more. */
export function mirroredRequest(request: ClientRequest, body: readonly Buffer[]): OwnRequest {
  return new OwnRequest({
    method: request.method ?? 'GET',
    target: request.url ?? '/',
    headers: request.headers,
    rawHeaders: withoutHeaders(request.rawHeaders, leftOut),
    body,
    client: request.socket,
  });
}
