import type { Upstream } from '@banyan/routing-rules';
import { InstanceGroup, type InstanceStatus } from './instances/instance-group.ts';
import type { UpstreamObserver } from './instances/observer.ts';
import { PeerPools } from './instances/peer-pools.ts';
import type { LookUp } from './instances/watch-addresses.ts';
import type { ConnectionLimits } from './instances/peer-pool.ts';

export interface UpstreamsParts {
  readonly limits: ConnectionLimits;
  readonly lookUp: LookUp;
  /** 0 <= x < 1 */
  readonly random: () => number;
  /** Never runs backwards. */
  readonly nowMs: () => number;
  readonly observer: UpstreamObserver;
}

export interface UpstreamStatus {
  readonly upstream: string;
  readonly instances: readonly InstanceStatus[];
}

/** The instances of every upstream that the rules name. An upstream that stays as it is keeps them across revisions of the rules. */
export interface Upstreams {
  of(upstream: Upstream): InstanceGroup;
  /** Opens what these name and lets the others go; requests under way on them finish. */
  retain(upstreams: readonly Upstream[]): void;
  status(): readonly UpstreamStatus[];
  close(): Promise<void>;
}

export function createUpstreams(parts: UpstreamsParts): Upstreams {
  const pools = new PeerPools(parts.limits);
  const groups = new Map<string, InstanceGroup>();
  const quick = new WeakMap<Upstream, InstanceGroup>();
  let retained: ReadonlySet<string> | undefined;

  const letGo = (key: string): void => {
    groups.get(key)?.close();
    groups.delete(key);
  };
  const open = (upstream: Upstream): InstanceGroup => {
    const key = JSON.stringify(upstream);
    const known = groups.get(key);
    if (known) return known;
    // A request that was decided by rules that are gone: what it opens goes with its last request.
    const onIdle = (): void => {
      if (retained?.has(key) === false) letGo(key);
    };
    const group = new InstanceGroup(upstream, { ...parts, pools, onIdle });
    groups.set(key, group);
    return group;
  };
  return {
    of(upstream) {
      const known = quick.get(upstream);
      if (known?.isClosed === false) return known;
      const group = open(upstream);
      quick.set(upstream, group);
      return group;
    },
    retain(upstreams) {
      retained = new Set(upstreams.map((upstream) => JSON.stringify(upstream)));
      upstreams.forEach(open);
      for (const key of groups.keys()) if (!retained.has(key)) letGo(key);
    },
    status: () => [...groups.values()].map((group) => ({ upstream: group.upstream.name, instances: group.status() })),
    async close() {
      for (const key of groups.keys()) letGo(key);
      await pools.close();
    },
  };
}
