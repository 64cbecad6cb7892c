import type { Socket } from 'node:net';
import { Client, Pool, type buildConnector, type Dispatcher } from 'undici';
import { BanyanError } from '@banyan/platform';
import { isConnectionTaker } from '../attempt.ts';
import type { Connection } from '../connection.ts';
import { readBeforeFailing } from '../read-before-failing.ts';
import { H2Dispatcher } from '../h2/h2-dispatcher.ts';
import { skipContinue } from '../skip-continue.ts';
import { trailBody } from '../trail-body.ts';
import { connectTo } from './connect-to.ts';
import { hostOf, type Peer } from './peer.ts';

export interface ConnectionLimits {
  /** Open connections to one instance; more requests wait within their connect time. */
  readonly connectionCount: number;
  /** How many may wait. */
  readonly waitingCount: number;
  readonly headerBytes: number;
  /** An idle connection is closed after this long unless the server's `Keep-Alive` says sooner. */
  readonly idleMs: number;
  /** Of HTTP/2; see `SessionLimits`. */
  readonly pingMs?: number | undefined;
  readonly requestsLimit?: number | undefined;
}

/** Connections to one instance. */
export interface PeerPool {
  /** For exchanges: keep-alive connections, one request at a time on each. */
  readonly pool: Dispatcher;
  /** No more requests may wait for a connection. @param outstandingCount - requests that run or wait */
  isFull(outstandingCount: number): boolean;
  /** A connection of its own that nobody used before; it closes after one exchange. */
  openFresh(): Dispatcher;
}

export function openPool(peer: Peer, limits: ConnectionLimits): PeerPool {
  if (peer.protocol === 'http1') return openHttp1Pool(peer, limits);
  const pool = new H2Dispatcher(peer, limits);
  return {
    pool,
    isFull: () => pool.waitingCount > 0 && pool.waitingCount >= limits.waitingCount,
    openFresh: () => new H2Dispatcher(peer, { ...limits, connectionCount: 1 }),
  };
}

function openHttp1Pool(peer: Peer, { connectionCount, waitingCount, headerBytes, idleMs }: ConnectionLimits): PeerPool {
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
  return {
    pool,
    // Whose time ran out while they waited stay in undici's queue until it comes to them: they take room, so they count.
    isFull: (outstandingCount) => outstandingCount > connectionCount && pool.stats.queued >= waitingCount,
    openFresh: () => new WiredClient(peer, { ...options, pipelining: 0 }),
  };
}

interface Wire {
  socket: Socket | undefined;
  servedCount: number;
  hasFailedWrite: () => boolean;
  expectHead: () => void;
  forgetTrailers: () => void;
}

const nothing = (): void => undefined;

/** Tells each exchange about the connection it got. */
class WiredClient extends Client {
  readonly #wire: Wire;
  /** Constant, or undici would take the client's Host for the name and open another connection for each. */
  readonly #servername: string | undefined;

  constructor(peer: Peer, options: Client.Options) {
    const wire: Wire = {
      socket: undefined,
      servedCount: 0,
      hasFailedWrite: () => false,
      expectHead: nothing,
      forgetTrailers: nothing,
    };
    super(peer.origin, { ...options, connect: connectOn(wire, peer) });
    this.#wire = wire;
    this.#servername = peer.origin.startsWith('https:') ? hostOf(peer.origin) : undefined;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: Dispatcher.DispatchHandler): boolean {
    if (isConnectionTaker(handler)) handler.takeConnection = () => takeFrom(this.#wire);
    const servername = this.#servername;
    return super.dispatch(servername === undefined ? options : named(options, servername), handler);
  }
}

// undici reads `servername`; its types do not know it.
function named(options: Dispatcher.DispatchOptions, servername: string): Dispatcher.DispatchOptions {
  return Object.assign({}, options, { servername });
}

function takeFrom(wire: Wire): Connection {
  const { socket, servedCount, hasFailedWrite } = wire;
  wire.servedCount += 1;
  wire.expectHead();
  wire.forgetTrailers();
  return {
    isReused: servedCount > 0,
    hasFailedWrite,
    trailWith(lines) {
      if (socket) wire.forgetTrailers = trailBody(socket, lines);
    },
    cut: () => socket?.destroy(new ExchangeCut()),
  };
}

class ExchangeCut extends BanyanError {
  constructor() {
    super('EXCHANGE_CUT', 'The exchange was given up.', {
      remedy: 'Look at the outcome in the log line of the request.',
    });
  }
}

function connectOn(wire: Wire, peer: Peer): buildConnector.connector {
  return (options, callback) => {
    connectTo(peer, options, (...[err, socket]) => {
      if (err) {
        callback(err, null);
        return;
      }
      wire.socket = socket;
      wire.servedCount = 0;
      tellResetFromEnd(socket);
      wire.hasFailedWrite = readBeforeFailing(socket);
      wire.expectHead = skipContinue(socket);
      wire.forgetTrailers = nothing;
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
