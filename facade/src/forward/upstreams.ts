import type { Socket } from 'node:net';
import { Client, Pool, buildConnector, type Dispatcher } from 'undici';
import { BanyanError } from '@banyan/platform';
import { isConnectionTaker } from './attempt.ts';
import type { Connection } from './connection.ts';
import { readBeforeFailing } from './read-before-failing.ts';

export interface UpstreamLimits {
  /** Open connections to one upstream; more requests wait within their connect time. */
  readonly connectionCount: number;
  readonly headerBytes: number;
  /** An idle connection is closed after this long unless the server's `Keep-Alive` says sooner. */
  readonly idleMs: number;
}

/** Where requests of one side go. */
export interface Upstream {
  /** For exchanges: keep-alive connections, one request at a time on each. */
  readonly pool: Dispatcher;
  readonly origin: string;
  /** A connection of its own that nobody used before; it closes after one exchange. */
  openFresh(): Dispatcher;
}

/** Keep-alive pools by origin; one pool serves all rules and all revisions of the rules that name the origin. */
export interface Upstreams {
  at(origin: string): Upstream;
  /** Lets pools go that no rule names any more; requests under way on them finish. */
  retain(origins: ReadonlySet<string>): void;
  close(): Promise<void>;
}

export function createUpstreams(limits: UpstreamLimits): Upstreams {
  const pools = new Map<string, { readonly upstream: Upstream; readonly pool: Pool }>();
  return {
    at(origin) {
      const known = pools.get(origin);
      if (known) return known.upstream;
      const opened = openPool(origin, limits);
      pools.set(origin, opened);
      return opened.upstream;
    },
    retain(origins) {
      for (const [origin, { pool }] of pools) {
        if (origins.has(origin)) continue;
        pools.delete(origin);
        void pool.close();
      }
    },
    async close() {
      await Promise.all([...pools.values()].map(({ pool }) => pool.destroy()));
      pools.clear();
    },
  };
}

function openPool(origin: string, { connectionCount, headerBytes, idleMs }: UpstreamLimits) {
  const options: Client.Options = {
    pipelining: 1,
    maxHeaderSize: headerBytes,
    keepAliveTimeout: idleMs,
    // The clocks of an exchange are our own: exact, and each with its own outcome.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  const pool = new Pool(origin, {
    ...options,
    connections: connectionCount,
    factory: (url) => new WiredClient(url, options),
  });
  const upstream: Upstream = { origin, pool, openFresh: () => new WiredClient(origin, { ...options, pipelining: 0 }) };
  return { upstream, pool };
}

interface Wire {
  socket: Socket | undefined;
  servedCount: number;
  hasFailedWrite: () => boolean;
}

/** Tells each exchange about the connection it got. */
class WiredClient extends Client {
  readonly #wire: Wire;

  constructor(url: string | URL, options: Client.Options) {
    const wire: Wire = { socket: undefined, servedCount: 0, hasFailedWrite: () => false };
    super(url, { ...options, connect: connectOn(wire) });
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

function connectOn(wire: Wire): buildConnector.connector {
  return (options, callback) => {
    connect(options, (...[err, socket]) => {
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
