import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { BanyanError, codeOf, messageOf } from '../banyan-error.ts';
import type { Logger } from '../logger.ts';

export interface RunningServer {
  readonly server: Server;
  readonly port: number;
  readonly url: string;
  /** Stops accepting, ends idle and unused connections, waits for running requests up to the grace time, then cuts them. */
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly port: number;
  readonly host?: string;
  readonly graceMs?: number;
  /** Told when connections cannot be accepted, for example because this process has too many open files. */
  readonly log?: Logger;
}

// A client that sends its head or body slower than this holds a connection for nothing (slowloris).
const headersTimeoutMs = 10_000;
const requestTimeoutMs = 60_000;
// Longer than the 60 s after which usual load balancers drop an idle connection: they must be the ones who end it.
const keepAliveTimeoutMs = 65_000;

/** @throws {BanyanError} HTTP_PORT_TAKEN, HTTP_LISTEN_FAILED */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<RunningServer> {
  const server = createServer(
    {
      headersTimeout: headersTimeoutMs,
      requestTimeout: requestTimeoutMs,
      keepAliveTimeout: keepAliveTimeoutMs,
      connectionsCheckingInterval: 5_000,
    },
    handler,
  );
  return listenOn(server, options);
}

/** As {@link listen}, for a server that its caller made; its timeouts are the caller's. */
export async function listenOn(
  server: Server,
  { port, host = '127.0.0.1', graceMs = 5_000, log }: ListenOptions,
): Promise<RunningServer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(listenError(cause, host, port)));
    server.listen(port, host, resolve);
  });
  // Too many open files and the like: without a listener one refused connection would end the process.
  server.on('error', (err) => log?.warn({ event: 'server.accept-failed', err }, messageOf(err)));
  const drain = drainOf(server);
  let closing: Promise<void> | undefined;
  const address = server.address() as AddressInfo;
  return {
    server,
    port: address.port,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}`,
    close: () => (closing ??= drain(graceMs)),
  };
}

/** A kept-alive connection is closed with its running answer; otherwise its client could go on asking until the grace time ends. */
function drainOf(server: Server): (graceMs: number) => Promise<void> {
  const sockets = new Set<Socket>();
  const running = new Set<ServerResponse>();
  let isDraining = false;
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.prependListener('request', (_request, response: ServerResponse) => {
    running.add(response);
    if (isDraining) response.setHeader('connection', 'close');
    response.once('close', () => {
      running.delete(response);
      if (isDraining) server.closeIdleConnections();
    });
  });
  return async (graceMs) => {
    isDraining = true;
    for (const response of running) if (!response.headersSent) response.setHeader('connection', 'close');
    // To Node.js a connection is idle only after its first request; one opened ahead would hold the drain for the whole grace time.
    for (const socket of sockets) if (socket.bytesRead === 0) socket.destroy();
    // Not server.closeAllConnections: it forgets upgraded connections, for which server.close waits.
    const cut = setTimeout(() => sockets.forEach((socket) => socket.destroy()), graceMs);
    await new Promise<void>((resolve) => server.close(() => resolve()));
    clearTimeout(cut);
  };
}

function listenError(cause: Error, host: string, port: number): BanyanError {
  const where = `${host}:${port}`;
  if (codeOf(cause) === 'EADDRINUSE') {
    return new BanyanError('HTTP_PORT_TAKEN', `Port ${where} is taken.`, {
      remedy: 'Choose another port, or 0 for a free one.',
      concerning: where,
      cause,
    });
  }
  return new BanyanError('HTTP_LISTEN_FAILED', `Cannot listen on ${where}.`, {
    remedy: 'Check the host name and the privileges for the port.',
    concerning: where,
    cause,
  });
}
