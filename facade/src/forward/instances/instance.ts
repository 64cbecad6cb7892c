import type { Dispatcher } from 'undici';
import { peerName, peerUrl, type Peer } from './peer.ts';
import type { PeerPool } from './wired-client.ts';

/** One server of an upstream. */
export class Instance {
  readonly peer: Peer;
  /** `10.0.0.7:3000`. */
  readonly name: string;
  /** Scheme, address and port: where a connection goes. */
  readonly url: string;
  /** Requests under way, upgraded connections included. */
  outstandingCount = 0;
  readonly #connections: PeerPool;

  constructor(peer: Peer, connections: PeerPool) {
    this.peer = peer;
    this.name = peerName(peer);
    this.url = peerUrl(peer);
    this.#connections = connections;
  }

  /** Keep-alive connections, one request at a time on each. */
  get pool(): Dispatcher {
    return this.#connections.pool;
  }

  /** A connection of its own that nobody used before; it closes after one exchange. */
  openFresh(): Dispatcher {
    return this.#connections.openFresh();
  }
}

/** The right to send one request to an instance. */
export class Lease {
  readonly instance: Instance;
  readonly #onEnd: () => void;
  #isEnded = false;

  constructor(instance: Instance, onEnd: () => void) {
    this.instance = instance;
    this.#onEnd = onEnd;
    instance.outstandingCount += 1;
  }

  /** Gives it back, however the exchange ended. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.instance.outstandingCount -= 1;
    this.#onEnd();
  }
}
