import type { Dispatcher } from 'undici';
import { H1Dispatcher } from '../h1/h1-dispatcher.ts';
import { H2Dispatcher, type H2Limits } from '../h2/h2-dispatcher.ts';
import type { Peer } from './peer.ts';

/** Of the connections to one instance; those of HTTP/1.1 have a use for less. */
export type ConnectionLimits = H2Limits;

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
  const isHttp2 = peer.protocol === 'h2';
  const pool = isHttp2 ? new H2Dispatcher(peer, limits) : new H1Dispatcher(peer, limits);
  const fresh = { ...limits, connectionCount: 1 };
  return {
    pool,
    isFull: () => pool.isFull,
    openFresh: () => (isHttp2 ? new H2Dispatcher(peer, fresh) : new H1Dispatcher(peer, { ...fresh, isSingle: true })),
  };
}
