import { openPool, type ConnectionLimits, type PeerPool } from './peer-pool.ts';
import { peerKey, type Peer } from './peer.ts';

interface HeldPool extends PeerPool {
  holderCount: number;
}

/** One pool for each peer, kept as long as somebody holds it: it outlives a revision of the rules that still names the peer. */
export class PeerPools {
  readonly #limits: ConnectionLimits;
  readonly #pools = new Map<string, HeldPool>();

  constructor(limits: ConnectionLimits) {
    this.#limits = limits;
  }

  hold(peer: Peer): PeerPool {
    const key = peerKey(peer);
    const held = this.#pools.get(key) ?? { ...openPool(peer, this.#limits), holderCount: 0 };
    held.holderCount += 1;
    this.#pools.set(key, held);
    return held;
  }

  /** The last holder's requests finish, then the connections close. */
  release(peer: Peer): void {
    const key = peerKey(peer);
    const held = this.#pools.get(key);
    if (!held) return;
    held.holderCount -= 1;
    if (held.holderCount > 0) return;
    this.#pools.delete(key);
    void held.pool.close();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#pools.values()].map(({ pool }) => pool.destroy()));
    this.#pools.clear();
  }
}
