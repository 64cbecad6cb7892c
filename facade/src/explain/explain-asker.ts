import { LRUCache } from 'lru-cache';
import type { Secret } from '@banyan/platform';
import { isSameToken } from '../admin/admin-auth.ts';

export const explainHeader = 'x-banyan-explain';

/** Whether a caller at the public port may have an explanation instead of an answer. */
export interface ExplainAsker {
  /** `ignored`: without a good token the header is nothing, and the request is served as if it were not there. */
  verdictOn(token: unknown, peerAddress: string): 'explained' | 'ignored' | 'throttled';
}

export interface ExplainAskerParts {
  readonly token: Secret;
  readonly nowMs: () => number;
}

const guessCount = 5;
const windowMs = 60_000;
const addressCount = 10_000;

/**
 * Guesses are limited per address: after five wrong tokens its header is not even looked at for a minute. A good token from
 * there is ignored too, so that an answer does not tell that it was good.
 */
export function createExplainAsker({ token, nowMs }: ExplainAskerParts): ExplainAsker {
  const wrong = new LRUCache<string, { readonly sinceMs: number; readonly count: number }>({ max: addressCount });
  const guessesOf = (address: string) => {
    const known = wrong.get(address);
    return known && nowMs() - known.sinceMs < windowMs ? known : { sinceMs: nowMs(), count: 0 };
  };
  return {
    verdictOn(given, address) {
      const guesses = guessesOf(address);
      if (guesses.count >= guessCount) return 'throttled';
      if (typeof given === 'string' && isSameToken(given, token)) return 'explained';
      wrong.set(address, { ...guesses, count: guesses.count + 1 });
      return 'ignored';
    },
  };
}
