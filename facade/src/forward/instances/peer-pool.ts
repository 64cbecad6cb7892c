import type { Dispatcher } from 'undici';
import { H1Dispatcher } from '../h1/h1-dispatcher.ts';
import { H2Dispatcher } from '../h2/h2-dispatcher.ts';
import type { Peer } from './peer.ts';

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
  /** For exchanges: keep-alive connections, over HTTP/1.1 one request at a time on each. */
  readonly pool: Dispatcher;
  /** No more requests may wait for a connection. */
  isFull(): boolean;
  /** A connection of its own that nobody used before; it closes after one exchange. */
  openFresh(): Dispatcher;
}

export function openPool(peer: Peer, limits: ConnectionLimits): PeerPool {
  return peer.protocol === 'h2' ? openHttp2Pool(peer, limits) : openHttp1Pool(peer, limits);
}

function openHttp2Pool(peer: Peer, limits: ConnectionLimits): PeerPool {
  const pool = new H2Dispatcher(peer, limits);
  return {
    pool,
    isFull: () => pool.waitingCount > 0 && pool.waitingCount >= limits.waitingCount,
    openFresh: () => new H2Dispatcher(peer, { ...limits, connectionCount: 1 }),
  };
}

function openHttp1Pool(peer: Peer, limits: ConnectionLimits): PeerPool {
  const pool = new H1Dispatcher(peer, limits);
  return {
    pool,
    isFull: () => pool.isFull,
    openFresh: () => new H1Dispatcher(peer, { ...limits, connectionCount: 1, isSingle: true }),
  };
}
