import type { Upstream } from '@banyan/routing-rules';
import type { Dispatcher } from 'undici';
import { Breaker } from './breaker.ts';
import { CheckRow } from './check-row.ts';
import { checkHealth } from './check-health.ts';
import { Ejection } from './ejection.ts';
import type { UpstreamObserver } from './observer.ts';
import type { ForwardOutcome } from '../outcome.ts';
import { Reach } from './reach.ts';
import { peerName, peerUrl, type Peer } from './peer.ts';
import type { PeerPool } from './peer-pool.ts';

export interface InstanceParts {
  readonly peer: Peer;
  readonly connections: PeerPool;
  readonly upstream: Upstream;
  readonly observer: UpstreamObserver;
}

/**
 * `open`, `half-open`: the breaker lets nothing, or one probe at a time, pass. `ejected`: out for a time after failures.
 * `unhealthy`: out by its checks. `in-use`: none of these.
 */
export type InstanceState = 'in-use' | 'ejected' | 'unhealthy' | 'half-open' | 'open';

/** One server of an upstream, and what is known about it. */
export class Instance {
  readonly peer: Peer;
  /** `10.0.0.7:3000`. */
  readonly name: string;
  /** Scheme, address and port: where a connection goes. */
  readonly url: string;
  readonly breaker: Breaker;
  readonly ejection: Ejection;
  /** Requests under way, upgraded connections included. */
  outstandingCount = 0;
  readonly #connections: PeerPool;
  readonly #reach: Reach;
  readonly #checks: CheckRow | undefined;
  readonly #checking: { readonly stop: () => void } | undefined;

  constructor({ peer, connections, upstream, observer }: InstanceParts) {
    this.peer = peer;
    this.name = peerName(peer);
    this.url = peerUrl(peer);
    this.#connections = connections;
    this.#reach = new Reach((code) => observer.unreachable(upstream.name, this.name, code));
    this.breaker = new Breaker(upstream.breaker, (to) =>
      observer.breakerTurned(upstream.name, this.name, to, this.breaker.openMs),
    );
    this.ejection = new Ejection(upstream.health, (forMs) => observer.ejected(upstream.name, this.name, forMs));
    const { check } = upstream.health;
    if (!check) return;
    const checks = new CheckRow(check);
    this.#checks = checks;
    this.#checking = checkHealth(this, check, (isGood) => {
      if (checks.note(isGood)) observer.healthChanged(upstream.name, this.name, isGood);
    });
  }

  /** Keep-alive connections, one request at a time on each. */
  get pool(): Dispatcher {
    return this.#connections.pool;
  }

  /** No more requests may wait for a connection to it. */
  get isFull(): boolean {
    return this.#connections.isFull();
  }

  /** A connection of its own that nobody used before; it closes after one exchange. */
  openFresh(): Dispatcher {
    return this.#connections.openFresh();
  }

  /** Why there was no connection to it the last time, as a code of the system or of TLS; undefined when there was one. */
  get connectFailure(): string | undefined {
    return this.#reach.failure;
  }

  noteReach(outcome: ForwardOutcome, nowMs: number): void {
    this.#reach.note(outcome, nowMs);
  }

  isHealthy(nowMs: number): boolean {
    return this.#checks?.isHealthy !== false && !this.ejection.isOut(nowMs);
  }

  stateAt(nowMs: number): InstanceState {
    if (this.breaker.state !== 'closed') return this.breaker.state;
    if (this.#checks?.isHealthy === false) return 'unhealthy';
    return this.ejection.isOut(nowMs) ? 'ejected' : 'in-use';
  }

  stopChecks(): void {
    this.#checking?.stop();
  }
}
