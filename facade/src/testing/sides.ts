import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startForwarder, type Forwarder, type ForwarderOptions } from './forwarder.ts';
import { startRawServer, type RawServer } from './raw-sockets.ts';

/** Servers of one test; `close` ends them all, newest first. */
export interface Sides {
  forwarderTo(origin: Parameters<typeof startForwarder>[0], options?: ForwarderOptions): Promise<Forwarder>;
  raw(...parameters: Parameters<typeof startRawServer>): Promise<RawServer>;
  /** An ordinary Node server; returns its origin. */
  node(listener: RequestListener): Promise<string>;
  /** An origin where nothing listens. */
  absent(): Promise<string>;
  /** Anything else that the test opened. */
  onClose(close: () => Promise<void> | void): void;
  close(): Promise<void>;
}

export const okBytes = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

// Below the ports that are given out for 0: one that was closed could be given to the next server of the test.
let absentPort = 0;

export function createSides(): Sides {
  const closers: (() => Promise<void> | void)[] = [];
  const closedLater = <T extends { close(): Promise<void> }>(opened: T): T => {
    closers.push(() => opened.close());
    return opened;
  };
  return {
    forwarderTo: async (origin, options) => closedLater(await startForwarder(origin, options)),
    raw: async (onData) => closedLater(await startRawServer(onData)),
    node: async (listener) => {
      const server = createServer(listener).listen(0, '127.0.0.1');
      await once(server, 'listening');
      closers.push(async () => {
        server.closeAllConnections();
        server.close();
        await once(server, 'close');
      });
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    },
    absent: () => Promise.resolve(`http://127.0.0.1:${(absentPort = (absentPort % 6) + 1)}`),
    onClose: (close) => void closers.push(close),
    close: async () => {
      for (const close of closers.splice(0).reverse()) await close();
    },
  };
}
