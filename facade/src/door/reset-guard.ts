import { takeToken, type TokenBucket } from '../limits/token-bucket.ts';

/** Counts the requests of one connection that were opened and broken off. */
export interface ResetGuard {
  count(): void;
}

// A browser that leaves a page resets all it had asked for, which may be every stream there can be, and again soon after.
const policy = { burst: 250, perSecond: 20 };

/**
 * A request that is reset costs its client a few bytes and the server a request (CVE-2023-44487). A reset that the client
 * makes the server send, by frames that are none, costs the same (CVE-2025-8671); both are counted.
 *
 * @param onFlood - called once
 */
export function createResetGuard(onFlood: () => void, nowMs: () => number = () => performance.now()): ResetGuard {
  let bucket: TokenBucket | undefined;
  let isOver = false;
  return {
    count() {
      if (isOver) return;
      const taken = takeToken(bucket, policy, nowMs());
      bucket = taken.bucket;
      if (taken.isAllowed) return;
      isOver = true;
      onFlood();
    },
  };
}
