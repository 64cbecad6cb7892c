import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LegacyError } from './legacy-error.ts';

export interface RunningServer {
  readonly port: number;
  /** Stops accepting, lets running requests end, cuts what still runs after the grace time. */
  close(): Promise<void>;
}

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly graceMs?: number;
}

/** @throws {LegacyError} LEGACY_LISTEN */
export async function listen(handler: RequestListener, options: ListenOptions): Promise<RunningServer> {
  const { host, port, graceMs = 5_000 } = options;
  const server = createServer(handler);
  // Longer than what proxies keep an idle connection: they, not we, should end it.
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new LegacyError('LEGACY_LISTEN', `Cannot listen on ${host}:${port}: ${cause.message}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const cut = setTimeout(() => server.closeAllConnections(), graceMs);
      // A connection that becomes idle after `close` would otherwise stay for the keep-alive time.
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      await new Promise((resolve) => server.close(resolve));
      clearTimeout(cut);
      clearInterval(idle);
    },
  };
}
