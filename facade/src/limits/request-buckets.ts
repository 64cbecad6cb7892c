import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { RequestLimit } from '@banyan/routing-rules';
import { takeToken, type Taken, type TokenBucket } from './token-bucket.ts';

export interface RequestBucketsParts {
  /** Callers that are known at a time; one more, and whoever has been silent for longest starts with a full bucket. */
  readonly callersLimit: number;
  /** Never runs backwards. */
  readonly nowMs: () => number;
  readonly onForgotten: () => void;
}

/** What every caller has left of every limit. */
export interface RequestBuckets {
  take(limit: RequestLimit, caller: string): Taken;
  readonly callerCount: number;
}

export function createRequestBuckets({ callersLimit, nowMs, onForgotten }: RequestBucketsParts): RequestBuckets {
  let buckets: LRUCache<string, TokenBucket> | undefined;
  // It takes its memory at once, so only where something is limited.
  const open = (): LRUCache<string, TokenBucket> =>
    (buckets ??= new LRUCache({
      max: callersLimit,
      disposeAfter: (_bucket, _key, reason) => {
        if (reason === 'evict') onForgotten();
      },
    }));
  return {
    take(limit, caller) {
      const key = `${limit.place} ${limit.name} ${shortened(caller)}`;
      const known = open();
      const taken = takeToken(known.get(key), limit, nowMs());
      known.set(key, taken.bucket);
      return taken;
    },
    get callerCount() {
      return buckets?.size ?? 0;
    },
  };
}

const longestKept = 64;

/** A claim of a token may be as long as a head. */
function shortened(caller: string): string {
  return caller.length <= longestKept ? caller : createHash('sha256').update(caller).digest('base64url');
}
