import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { BanyanError, codeOf } from '../banyan-error.ts';

export interface RunningServer {
  readonly server: Server;
  readonly port: number;
  readonly url: string;
  /** Stops accepting, ends idle connections, waits for running requests up to the grace time, then cuts them. */
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly port: number;
  readonly host?: string;
  readonly graceMs?: number;
}

/** @throws {BanyanError} HTTP_PORT_TAKEN, HTTP_LISTEN_FAILED */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<RunningServer> {
  return listenOn(createServer(handler), options);
}

export async function listenOn(
  server: Server,
  { port, host = '127.0.0.1', graceMs = 5_000 }: ListenOptions,
): Promise<RunningServer> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(listenError(cause, host, port)));
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  return {
    server,
    port: address.port,
    url: `http://${host}:${address.port}`,
    close: () => closeServer(server, graceMs),
  };
}

async function closeServer(server: Server, graceMs: number): Promise<void> {
  const cut = setTimeout(() => server.closeAllConnections(), graceMs);
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeIdleConnections();
  });
  clearTimeout(cut);
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
