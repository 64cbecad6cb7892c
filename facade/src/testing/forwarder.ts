import { once } from 'node:events';
import type { Upstream } from '@banyan/routing-rules';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer } from 'node:net';
import { createHttp2Door } from '../door/http2-door.ts';
import { createPublicServer } from '../public-server.ts';
import type { ClientRequest } from '../forward/client-request.ts';
import type { ClientResponse } from '../forward/client-response.ts';
import type { Timeouts } from '../forward/clock.ts';
import { discardUpload, forward, type Exchange } from '../forward/forward.ts';
import { isAnswered, outcomeLabel, type ForwardOutcome } from '../forward/outcome.ts';
import { upstreamHeaders, upstreamTrailers, type Introduction } from '../forward/request-headers.ts';
import { uploadOf } from '../forward/upload.ts';
import type { ConnectionLimits } from '../forward/instances/peer-pool.ts';
import type { LookUp } from '../forward/instances/watch-addresses.ts';
import { anUpstream } from './an-upstream.ts';
import { unobserved } from '../forward/instances/observer.ts';
import { startUpstreams } from './start-upstreams.ts';

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
  readonly waitingCount?: number;
  readonly limits?: Partial<ConnectionLimits>;
  readonly lookUp?: LookUp;
  readonly random?: () => number;
  readonly nowMs?: () => number;
  readonly onRetried?: (reason: string) => void;
  /** Watches or changes every answer. */
  readonly way?: Pick<Exchange, 'tap' | 'transformAnswer'>;
  /** `h2c`: HTTP/2 without TLS and without HTTP/1.1. */
  readonly protocol?: 'http/1.1' | 'h2c';
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

function introduced(request: ClientRequest, given: Partial<Introduction> = {}) {
  const introduction = { ...anIntroduction, ...given };
  return {
    headers: upstreamHeaders(request, introduction),
    trailers: upstreamTrailers(request, introduction),
  };
}

export async function startForwarder(
  origin: string | Partial<Upstream>,
  options: ForwarderOptions = {},
): Promise<Forwarder> {
  const outcomes: ForwardOutcome[] = [];
  const { connectionCount = 64, waitingCount = 1_000, lookUp, random, nowMs } = options;
  const upstreams = startUpstreams({
    limits: { connectionCount, waitingCount, headerBytes: 16_384, idleMs: 60_000, ...options.limits },
    ...(lookUp && { lookUp }),
    ...(random && { random }),
    ...(nowMs && { nowMs }),
    observer: { ...unobserved, retried: (_upstream, reason) => options.onRetried?.(reason) },
  });
  const upstream = anUpstream(typeof origin === 'string' ? { urls: [origin] } : origin);
  const handle = async (request: ClientRequest, response: ClientResponse): Promise<void> => {
    const outcome = await forward({
      request,
      response,
      upload: uploadOf(request, response),
      instances: upstreams.of(upstream),
      target: request.url ?? '/',
      ...introduced(request, options.introduction),
      ownHeaders: ['x-banyan-side', 'legacy'],
      timeouts: { ...patient, ...options.timeouts },
      ...options.way,
    });
    outcomes.push(outcome);
    if (!isAnswered(outcome) && !response.destroyed) {
      response.writeHead(599);
      response.end(outcomeLabel(outcome));
    }
    discardUpload(request);
  };
  const door = options.protocol === 'h2c' ? openHttp2(handle) : openHttp1(handle);
  const { server } = door;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    outcomes,
    close: async () => {
      door.cut();
      await once(server.close(), 'close');
      await upstreams.close();
    },
  };
}

type Handle = (request: ClientRequest, response: ClientResponse) => Promise<void>;

interface TestDoor {
  readonly server: TcpServer;
  cut(): void;
}

function openHttp1(handle: Handle): TestDoor {
  const door = createPublicServer({
    onVisit: ({ request, response }) => void handle(request, response),
    onRefused: () => undefined,
    headerBytesLimit: 16_384,
    connectionsLimit: 10_000,
    headTimeoutMs: 60_000,
  });
  return { server: door.server, cut: () => void door.close({ graceMs: 0, idleGraceMs: 0 }) };
}

function openHttp2(handle: Handle): TestDoor {
  const door = createHttp2Door({
    onVisit: ({ request, response }) => void handle(request, response),
    onRefused: () => undefined,
    headerBytesLimit: 16_384,
    firstRequestMs: 5_000,
    idleMs: 5_000,
    pingMs: 60_000,
  });
  return { server: createTcpServer((socket) => door.take(socket)), cut: () => void door.close(0) };
}
