import type { Socket } from 'node:net';
import { Client, Pool, buildConnector, type Dispatcher } from 'undici';
import { BanyanError } from '@banyan/platform';
import { isConnectionTaker } from '../attempt.ts';
import type { Connection } from '../connection.ts';
import { readBeforeFailing } from '../read-before-failing.ts';
import type { Peer } from './peer.ts';

export interface ConnectionLimits {
  /** Open connections to one instance; more requests wait within their connect time. */
  readonly connectionCount: number;
  readonly headerBytes: number;
  /** An idle connection is closed after this long unless the server's `Keep-Alive` says sooner. */
  readonly idleMs: number;
}

/** Connections to one instance. */
export interface PeerPool {
  /** For exchanges: keep-alive connections, one request at a time on each. */
  readonly pool: Dispatcher;
  /** A connection of its own that nobody used before; it closes after one exchange. */
  openFresh(): Dispatcher;
}

export function openPool(peer: Peer, { connectionCount, headerBytes, idleMs }: ConnectionLimits): PeerPool {
  const options: Client.Options = {
    pipelining: 1,
    maxHeaderSize: headerBytes,
    keepAliveTimeout: idleMs,
    // The clocks of an exchange are our own: exact, and each with its own outcome.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const pool = new Pool(peer.origin, {
    ...options,
    connections: connectionCount,
    factory: () => new WiredClient(peer, options),
  });
  return { pool, openFresh: () => new WiredClient(peer, { ...options, pipelining: 0 }) };
}

interface Wire {
  socket: Socket | undefined;
  servedCount: number;
  hasFailedWrite: () => boolean;
}

/** Tells each exchange about the connection it got. */
class WiredClient extends Client {
  readonly #wire: Wire;

  constructor(peer: Peer, options: Client.Options) {
    const wire: Wire = { socket: undefined, servedCount: 0, hasFailedWrite: () => false };
    super(peer.origin, { ...options, connect: connectOn(wire, peer) });
    this.#wire = wire;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (isConnectionTaker(handler)) handler.takeConnection = () => takeFrom(this.#wire);
    return super.dispatch(options, handler);
  }
}

function takeFrom(wire: Wire): Connection {
  const { socket, servedCount, hasFailedWrite } = wire;
  wire.servedCount += 1;
  return { isReused: servedCount > 0, hasFailedWrite, cut: () => socket?.destroy(new ExchangeCut()) };
}

class ExchangeCut extends BanyanError {
  constructor() {
    super('EXCHANGE_CUT', 'The exchange was given up.', {
      remedy: 'Look at the outcome in the log line of the request.',
    });
  }
}

const connect = buildConnector({ timeout: 10_000 });

function connectOn(wire: Wire, peer: Peer): buildConnector.connector {
  return (options, callback) => {
    connect({ ...options, hostname: peer.address }, (...[err, socket]) => {
      if (err) {
        callback(err, null);
        return;
      }
      wire.socket = socket;
      wire.servedCount = 0;
      tellResetFromEnd(socket);
      wire.hasFailedWrite = readBeforeFailing(socket);
      callback(null, socket);
    });
  };
}

// undici takes ECONNRESET after a body without a length for its end, because macOS may report one there;
// the client would get a cut answer that looks complete. Under another code it is a failure like any other.
function tellResetFromEnd(socket: Socket): void {
  socket.on('error', (err: NodeJS.ErrnoException) => {
    if (err.code === 'ECONNRESET') err.code = 'UPSTREAM_RESET';
  });
}
