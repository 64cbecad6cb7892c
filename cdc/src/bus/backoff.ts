import { setTimeout as sleep } from 'node:timers/promises';

export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** Injected in tests; 0 inclusive to 1 exclusive. */
  readonly random?: () => number;
}

/** Growing pauses between attempts: doubling, with the upper half random so that several callers do not come back at once. */
export interface Backoff {
  /** Resolves after the next pause, or as soon as `signal` is aborted; it never rejects. */
  pause(signal: AbortSignal): Promise<void>;
  reset(): void;
}

export function createBackoff({ firstMs, maxMs, random = Math.random }: BackoffOptions): Backoff {
  let attemptCount = 0;
  return {
    async pause(signal) {
      const fullMs = Math.min(maxMs, firstMs * 2 ** attemptCount);
      attemptCount += 1;
      // An aborted sleep rejects; the caller looks at its signal.
      await sleep(fullMs / 2 + (random() * fullMs) / 2, undefined, { signal }).catch(() => undefined);
    },
    reset() {
      attemptCount = 0;
    },
  };
}
