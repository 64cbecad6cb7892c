import type { BreakerState } from './breaker.ts';

/** Told what happens to the instances of an upstream, for log lines and counters. */
export interface UpstreamObserver {
  resolved(upstream: string, host: string, addresses: readonly string[]): void;
  /** Its certificates are not checked. */
  insecure(upstream: string): void;
  /** @param reason - outcome label of what failed, or `stale-connection` */
  retried(upstream: string, reason: string): void;
  /** Something might have been repeated, and was not. */
  budgetExhausted(upstream: string): void;
  /** The last good addresses stay in use. */
  unresolved(upstream: string, host: string, code: string): void;
  breakerTurned(upstream: string, instance: string, to: BreakerState, openMs: number): void;
  /** No connection to it comes about. @param code - of the system, or of TLS when its certificate is refused */
  unreachable(upstream: string, instance: string, code: string): void;
  ejected(upstream: string, instance: string, forMs: number): void;
  /** By its active checks. */
  healthChanged(upstream: string, instance: string, isHealthy: boolean): void;
}

/** Tells nobody. */
export const unobserved: UpstreamObserver = {
  resolved: ignore,
  insecure: ignore,
  retried: ignore,
  budgetExhausted: ignore,
  unresolved: ignore,
  breakerTurned: ignore,
  unreachable: ignore,
  ejected: ignore,
  healthChanged: ignore,
};

function ignore(): void {
  // Whoever else is told counts it.
}
