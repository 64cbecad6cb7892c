import type { Upstream } from '@banyan/routing-rules';
import { chooseInstance } from './choose-instance.ts';
import { Instance, type InstanceState } from './instance.ts';
import { Lease } from './lease.ts';
import { RetryBudget } from './retry-budget.ts';
import type { UpstreamObserver } from './observer.ts';
import { hostOf, isLookedUp, peerOf, type Peer } from './peer.ts';
import type { PeerPools } from './peer-pools.ts';
import { watchAddresses, type LookUp } from './watch-addresses.ts';

export interface GroupParts {
  readonly pools: PeerPools;
  readonly lookUp: LookUp;
  /** 0 <= x < 1 */
  readonly random: () => number;
  /** Never runs backwards. */
  readonly nowMs: () => number;
  readonly observer: UpstreamObserver;
  /** The last request has ended. */
  readonly onIdle: () => void;
}

export interface InstanceStatus {
  readonly instance: string;
  readonly state: InstanceState;
  readonly outstandingCount: number;
  /** Why there was no connection the last time. */
  readonly connectFailure?: string | undefined;
}

const none: ReadonlySet<Instance> = new Set();

/** The instances of one upstream, and which of them gets the next request. */
export class InstanceGroup {
  readonly upstream: Upstream;
  readonly #parts: GroupParts;
  readonly #peersByUrl = new Map<string, readonly Peer[]>();
  /** Of what is repeated, over all its instances. */
  readonly budget = new RetryBudget();
  readonly #watches: readonly { readonly stop: () => void }[];
  #instances: readonly Instance[] = [];
  #leaseCount = 0;
  #isClosed = false;

  constructor(upstream: Upstream, parts: GroupParts) {
    this.upstream = upstream;
    this.#parts = parts;
    for (const url of upstream.urls) this.#peersByUrl.set(url, [peerOf(url, upstream)]);
    if (upstream.tls?.insecure === true) parts.observer.insecure(upstream.name);
    this.#refresh();
    this.#watches = upstream.urls.filter((url) => isLookedUp(hostOf(url))).map((url) => this.#watch(url));
  }

  get instances(): readonly Instance[] {
    return this.#instances;
  }

  get observer(): UpstreamObserver {
    return this.#parts.observer;
  }

  /** The clock and the chance that everything here goes by. */
  get chance(): Pick<GroupParts, 'nowMs' | 'random'> {
    return this.#parts;
  }

  get isIdle(): boolean {
    return this.#leaseCount === 0;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /**
   * @param tried - taken again only when there is no other
   * @returns undefined when no instance may be asked now
   */
  take(tried = none): Lease | undefined {
    const { nowMs, random } = this.#parts;
    const { maxUnhealthyPercent, failureStatuses } = this.upstream.health;
    const instance = chooseInstance({
      instances: this.#instances,
      tried,
      maxUnhealthyPercent,
      nowMs: nowMs(),
      random,
    });
    if (!instance) return undefined;
    this.#leaseCount += 1;
    return new Lease(instance, { nowMs, failureStatuses, onEnd: this.#onLeaseEnd });
  }

  status(): readonly InstanceStatus[] {
    const nowMs = this.#parts.nowMs();
    return this.#instances.map((instance) => ({
      instance: instance.name,
      state: instance.stateAt(nowMs),
      outstandingCount: instance.outstandingCount,
      connectFailure: instance.connectFailure,
    }));
  }

  /** Requests under way finish. */
  close(): void {
    this.#isClosed = true;
    this.#watches.forEach(({ stop }) => stop());
    this.#instances.forEach(this.#letGo);
    this.#instances = [];
  }

  readonly #onLeaseEnd = (): void => {
    this.#leaseCount -= 1;
    if (this.isIdle) this.#parts.onIdle();
  };

  readonly #letGo = (instance: Instance): void => {
    instance.stopChecks();
    this.#parts.pools.release(instance.peer);
  };

  #watch(url: string): { readonly stop: () => void } {
    const { observer, lookUp } = this.#parts;
    const { name, dnsRefreshMs: refreshMs } = this.upstream;
    const host = hostOf(url);
    const toPeer = (address: string): Peer => peerOf(url, this.upstream, address);
    return watchAddresses({
      host,
      refreshMs,
      lookUp,
      onAddresses: (addresses) => {
        this.#peersByUrl.set(url, addresses.map(toPeer));
        this.#refresh();
        observer.resolved(name, host, addresses);
      },
      onFailure: (code) => observer.unresolved(name, host, code),
    });
  }

  /** Who is still there stays as it is; who is gone finishes what it has. */
  #refresh(): void {
    const peers = this.upstream.urls.flatMap((url) => this.#peersByUrl.get(url) ?? []);
    const next = peers.map((peer) => this.#instances.find((known) => isSame(known.peer, peer)) ?? this.#open(peer));
    const gone = this.#instances.filter((instance) => !next.includes(instance));
    this.#instances = next;
    gone.forEach(this.#letGo);
  }

  #open(peer: Peer): Instance {
    const { pools, observer } = this.#parts;
    return new Instance({ peer, connections: pools.hold(peer), upstream: this.upstream, observer });
  }
}

function isSame(one: Peer, other: Peer): boolean {
  return one.origin === other.origin && one.address === other.address;
}
