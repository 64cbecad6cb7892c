import type { AddressInfo, Server } from 'node:net';
import { BanyanError, codeOf, messageOf } from '../banyan-error.ts';
import type { Logger } from '../logger.ts';

export interface ListenAddress {
  readonly port: number;
  readonly host?: string;
  /** In a worker of node:cluster: a port of its own, not one that all workers share. */
  readonly isExclusive?: boolean;
  /** Told when connections cannot be accepted, for example because this process has too many open files. */
  readonly log?: Logger;
}

/** @throws {BanyanError} HTTP_PORT_TAKEN, HTTP_LISTEN_FAILED */
export async function startListening(
  server: Server,
  { port, host = '127.0.0.1', isExclusive: exclusive = false, log }: ListenAddress,
): Promise<{ readonly port: number; readonly url: string }> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(listenError(cause, host, port)));
    server.listen({ port, host, exclusive }, resolve);
  });
  // Too many open files and the like: without a listener one refused connection would end the process.
  server.on('error', (err) => log?.warn({ event: 'server.accept-failed', err }, messageOf(err)));
  const address = server.address() as AddressInfo;
  return { port: address.port, url: `http://${host.includes(':') ? `[${host}]` : host}:${address.port}` };
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
