import { childTrace, formatTraceparent, parseTraceparent, randomHex } from '@banyan/platform';
import type { ClientRequest } from '../forward/client-request.ts';
import type { Introduction } from '../forward/request-headers.ts';
import { plainAddress, type TrustedPeers } from '../identity/trusted-peers.ts';

/** What the facade says about one request, to the side and in the log. */
export interface Passport extends Introduction {
  readonly traceId: string;
}

const idBytes = 16;
const wellFormedId = /^[A-Za-z0-9._-]{1,64}$/;

export function introduce(
  request: ClientRequest,
  trustedPeers: TrustedPeers,
  gatewayNames: ReadonlySet<string>,
): Passport {
  const { headers, socket } = request;
  const peerAddress = plainAddress(socket.remoteAddress);
  const givenId = headers['x-request-id'];
  const parent = parseTraceparent(headers['traceparent']?.toString());
  const trace = childTrace(parent);
  return {
    peerAddress,
    isPeerTrusted: trustedPeers.has(peerAddress),
    scheme: socket.encrypted === true ? 'https' : 'http',
    requestId: typeof givenId === 'string' && wellFormedId.test(givenId) ? givenId : randomHex(idBytes),
    traceId: trace.traceId,
    traceparent: formatTraceparent(trace),
    keepsTracestate: parent !== undefined,
    gatewayNames,
  };
}
