import { createServer, type RequestListener, type Server } from 'node:http';
import { drainOf } from './drain.ts';
import { startListening, type ListenAddress } from './start-listening.ts';

export interface RunningServer {
  readonly server: Server;
  readonly port: number;
  readonly url: string;
  /** Stops accepting, ends idle and unused connections, waits for running requests up to the grace time, then cuts them. Once. */
  close(): Promise<void>;
}

export interface ListenOptions extends ListenAddress {
  /** What still runs after this long is cut. */
  readonly graceMs?: number;
}

// A client that sends its head or body slower than this holds a connection for nothing (slowloris).
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 60_000;
// Longer than the 60 s after which usual load balancers drop an idle connection: they must be the ones who end it.
const keepAliveTimeoutMs = 65_000;

/** @throws {BanyanError} HTTP_PORT_TAKEN, HTTP_LISTEN_FAILED */
export async function listen(
  handler: RequestListener,
  { graceMs = 5_000, ...address }: ListenOptions,
): Promise<RunningServer> {
  const server = createServer(
    {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      connectionsCheckingInterval: 5_000,
    },
    handler,
  );
  const { port, url } = await startListening(server, address);
  const drain = drainOf(server);
  let closing: Promise<void> | undefined;
  return { server, port, url, close: () => (closing ??= drain(graceMs)) };
}
