import { createServer, type Server, type Socket } from 'node:net';
import { ConnectionList } from './door/h1/connection-list.ts';
import { Connection, type ConnectionMeans } from './door/h1/connection.ts';
import { drainOf, type DrainTimes } from './door/h1/drain.ts';
import { createTakeovers } from './door/h1/takeover.ts';
import { Inlet } from './door/h1/inlet.ts';
import type { Visit } from './handle-request.ts';

export interface PublicServerParts {
  readonly onVisit: (visit: Visit) => void;
  /** Bytes that are no message; `reason` is one of few. */
  readonly onRefused: (reason: string) => void;
  /** False for a connection that is not taken; it was ended then. */
  readonly admit?: (socket: Socket) => boolean;
  readonly headerBytesLimit: number;
  readonly connectionsLimit: number;
  /** For the head of a request. A body may take as long as it moves; see `Timeouts.headersMs`. */
  readonly headTimeoutMs: number;
  /** From an answer to the next request. */
  readonly idleMs?: number;
}

export interface PublicServer {
  /** To listen with. */
  readonly server: Server;
  /** Serves a connection that somebody else has accepted. */
  take(socket: Socket): void;
  /** Stops accepting, and lets requests finish; see {@link drainOf}. Once. */
  close(times: DrainTimes): Promise<void>;
}

// Longer than the 60 s after which usual load balancers drop an idle connection: they must be the ones who end it.
export const keepAliveTimeoutMs = 65_000;

/** The one public door of HTTP/1.1: nothing parses, buffers or rewrites between the connection and the walk of a request. */
export function createPublicServer(parts: PublicServerParts): PublicServer {
  const { onVisit, onRefused, admit, headerBytesLimit, connectionsLimit, headTimeoutMs } = parts;
  const { idleMs = keepAliveTimeoutMs } = parts;
  const handedOver = new Set<Socket>();
  const takeovers = createTakeovers(onVisit, headerBytesLimit);
  const list = new ConnectionList(tickMsFor(Math.min(headTimeoutMs, idleMs)), () => drain.onGone());
  const means: ConnectionMeans = {
    onVisit,
    onRefused,
    onGone: (one) => list.remove(one),
    onTakeover: (socket, head, bytes) => {
      handedOver.add(socket);
      socket.once('close', () => {
        handedOver.delete(socket);
        drain.onGone();
      });
      takeovers.take(socket, head, bytes);
    },
    headerBytesLimit,
    headMs: headTimeoutMs,
    idleMs,
    isDraining: () => drain.isDraining(),
    isIdleOver: () => drain.isIdleOver(),
  };
  const take = (inlet: Inlet): void => list.add(new Connection(inlet, means));
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    const inlet = new Inlet(socket);
    if (admit?.(inlet.socket) ?? true) take(inlet);
  });
  server.maxConnections = connectionsLimit;
  const drain = drainOf(server, list, handedOver);
  return { server, take: (socket) => take(new Inlet(socket)), close: (times) => drain.close(times) };
}

function tickMsFor(leastMs: number): number {
  return Math.min(1_000, Math.max(20, leastMs / 8));
}
