import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { Handshake, type HandshakeMeans, type UpgradeExchange } from './handshake.ts';
import { loadHttpProxy } from './load-http-proxy.ts';
import type { ForwardOutcome } from './outcome.ts';
import type { Tunnel } from './tunnel.ts';

export interface Upgrader {
  /** Settles when the upgraded connection has ended (`completed` with 101), or when there is none. Never throws. */
  upgrade(exchange: UpgradeExchange): Promise<ForwardOutcome>;
  readonly openCount: number;
  /** Cuts all upgraded connections at once. */
  close(): void;
}

export interface UpgraderParts {
  /** Handshakes and open connections together; one more is answered with 503. */
  readonly limit: number;
}

export function createUpgrader({ limit }: UpgraderParts): Upgrader {
  const open = new Set<Tunnel>();
  let takenCount = 0;
  const means: HandshakeMeans = {
    proxies: loadHttpProxy(),
    keep: (tunnel) => {
      open.add(tunnel);
      return () => void open.delete(tunnel);
    },
  };
  return {
    async upgrade(exchange) {
      if (takenCount >= limit) return full;
      takenCount += 1;
      const outcome = await new Promise<ForwardOutcome>((resolve) => {
        new Handshake(exchange, means, resolve).start();
      });
      takenCount -= 1;
      return outcome;
    },
    get openCount() {
      return open.size;
    },
    close: () => open.forEach((tunnel) => tunnel.destroy()),
  };
}

// Nothing was sent, so it may be repeated. It is our limit: the instance did nothing wrong.
const full: ForwardOutcome = Object.freeze({ kind: 'overloaded' });

/** An answer for a request whose connection Node has already handed over; an upgrade takes the connection back. */
export function responseOn(request: IncomingMessage, socket: Socket): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.once('finish', () => socket.destroySoon());
  return response;
}
