import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Timeouts } from '../forward/clock.ts';
import { discardUpload, forward, type Exchange } from '../forward/forward.ts';
import { isAnswered, outcomeLabel, type ForwardOutcome } from '../forward/outcome.ts';
import { upstreamHeaders, type Introduction } from '../forward/request-headers.ts';
import { uploadOf } from '../forward/upload.ts';
import { createUpstreams } from '../forward/upstreams.ts';

/** An HTTP server that forwards everything to one place, with nothing around the forwarder. */
export interface Forwarder {
  readonly url: string;
  readonly port: number;
  readonly outcomes: ForwardOutcome[];
  close(): Promise<void>;
}

export interface ForwarderOptions {
  readonly timeouts?: Partial<Timeouts>;
  readonly introduction?: Partial<Introduction>;
  readonly connectionCount?: number;
  /** Watches or changes every answer. */
  readonly way?: Pick<Exchange, 'tap' | 'transformAnswer'>;
}

export const patient: Timeouts = {
  connectMs: 5_000,
  headersMs: 5_000,
  bodyIdleMs: 5_000,
  totalMs: undefined,
  upgradeIdleMs: 5_000,
};

export const anIntroduction: Introduction = {
  peerAddress: '127.0.0.1',
  isPeerTrusted: false,
  scheme: 'http',
  requestId: 'request-1',
  traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  keepsTracestate: false,
  gatewayNames: new Set(['x-user']),
};

export async function startForwarder(origin: string, options: ForwarderOptions = {}): Promise<Forwarder> {
  const outcomes: ForwardOutcome[] = [];
  const upstreams = createUpstreams({
    connectionCount: options.connectionCount ?? 64,
    headerBytes: 16_384,
    idleMs: 60_000,
  });
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const outcome = await forward({
      request,
      response,
      upload: uploadOf(request, response),
      upstream: upstreams.at(origin),
      target: request.url ?? '/',
      headers: upstreamHeaders(request, { ...anIntroduction, ...options.introduction }),
      ownHeaders: ['x-banyan-side', 'legacy'],
      timeouts: { ...patient, ...options.timeouts },
      ...options.way,
    });
    outcomes.push(outcome);
    if (!isAnswered(outcome) && !response.destroyed) response.writeHead(599).end(outcomeLabel(outcome));
    discardUpload(request);
  };
  const server = createServer((request, response) => void handle(request, response));
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => void handle(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    outcomes,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
      await upstreams.close();
    },
  };
}
