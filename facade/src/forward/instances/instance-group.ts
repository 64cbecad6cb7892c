import type { Logger } from '@banyan/platform';
import type { Upstream } from '@banyan/routing-rules';
import { Instance, Lease } from './instance.ts';
import { leastBusy } from './least-busy.ts';
import { hostOf, isLookedUp, peerOf, type Peer } from './peer.ts';
import type { PeerPools } from './peer-pools.ts';
import { watchAddresses, type LookUp } from './watch-addresses.ts';

export interface GroupParts {
  readonly pools: PeerPools;
  readonly lookUp: LookUp;
  /** 0 <= x < 1 */
  readonly random: () => number;
  readonly log: Logger;
  /** The last request has ended. */
  readonly onIdle: () => void;
}

/** The instances of one upstream, and which of them gets the next request. */
export class InstanceGroup {
  readonly upstream: Upstream;
  readonly #parts: GroupParts;
  readonly #peersByUrl = new Map<string, readonly Peer[]>();
  readonly #watches: readonly { readonly stop: () => void }[];
  #instances: readonly Instance[] = [];
  #leaseCount = 0;
  #isClosed = false;

  constructor(upstream: Upstream, parts: GroupParts) {
    this.upstream = upstream;
    this.#parts = parts;
    for (const url of upstream.urls) this.#peersByUrl.set(url, [peerOf(url)]);
    this.#refresh();
    this.#watches = upstream.urls.filter((url) => isLookedUp(hostOf(url))).map((url) => this.#watch(url));
  }

  get instances(): readonly Instance[] {
    return this.#instances;
  }

  get isIdle(): boolean {
    return this.#leaseCount === 0;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** The instance with the fewest requests under way. */
  take(): Lease | undefined {
    const instance = leastBusy(this.#instances, this.#parts.random);
    if (!instance) return undefined;
    this.#leaseCount += 1;
    return new Lease(instance, this.#onLeaseEnd);
  }

  /** Requests under way finish. */
  close(): void {
    this.#isClosed = true;
    this.#watches.forEach(({ stop }) => stop());
    for (const { peer } of this.#instances) this.#parts.pools.release(peer);
    this.#instances = [];
  }

  readonly #onLeaseEnd = (): void => {
    this.#leaseCount -= 1;
    if (this.isIdle) this.#parts.onIdle();
  };

  #watch(url: string): { readonly stop: () => void } {
    const { log, lookUp } = this.#parts;
    const { name, dnsRefreshMs: refreshMs } = this.upstream;
    const host = hostOf(url);
    return watchAddresses({
      host,
      refreshMs,
      lookUp,
      onAddresses: (addresses) => {
        this.#peersByUrl.set(
          url,
          addresses.map((address) => peerOf(url, address)),
        );
        this.#refresh();
        log.info({ event: 'upstream.resolved', upstream: name, host, addresses }, 'an upstream has other addresses');
      },
      onFailure: (code) =>
        log.warn({ event: 'upstream.unresolved', upstream: name, host, code }, 'the last addresses stay in use'),
    });
  }

  /** Who is still there stays as it is; who is gone finishes what it has. */
  #refresh(): void {
    const peers = this.upstream.urls.flatMap((url) => this.#peersByUrl.get(url) ?? []);
    const next = peers.map((peer) => {
      const found = this.#instances.find((instance) => isSame(instance.peer, peer));
      return found ?? new Instance(peer, this.#parts.pools.hold(peer));
    });
    const gone = this.#instances.filter((instance) => !next.includes(instance));
    this.#instances = next;
    for (const { peer } of gone) this.#parts.pools.release(peer);
  }
}

function isSame(one: Peer, other: Peer): boolean {
  return one.origin === other.origin && one.address === other.address;
}
