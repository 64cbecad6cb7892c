import type { Change } from './change.ts';

/** How far the target is behind its source, by the source's commit times; a clock that differs shows up here. */
export interface LagMeter {
  /** A batch is in hand. */
  take(changes: readonly Change[]): void;
  /** The batch in hand is applied. @returns the seconds since its oldest commit */
  settle(): number;
  /** While a batch is in hand: the growing age of its oldest commit. Otherwise the lag of the last batch; null before the first. */
  seconds(): number | null;
}

export function createLagMeter(now: () => number): LagMeter {
  let oldestMs: number | undefined;
  let lastSeconds: number | null = null;
  const age = (sinceMs: number): number => Math.max(0, (now() - sinceMs) / 1000);
  return {
    take(changes) {
      oldestMs = changes.reduce((oldest, change) => Math.min(oldest, committedMs(change)), now());
    },
    settle() {
      lastSeconds = oldestMs === undefined ? 0 : age(oldestMs);
      oldestMs = undefined;
      return lastSeconds;
    },
    seconds: () => (oldestMs === undefined ? lastSeconds : age(oldestMs)),
  };
}

function committedMs(change: Change): number {
  return change.kind === 'row' ? Number(change.event.committedAtMicros / 1000n) : Number.POSITIVE_INFINITY;
}
