import { LRUCache } from 'lru-cache';
import type { TokenVerdict, TokenVerifier } from '@banyan/platform';
import { ownText } from '../own-text.ts';

export interface TokenSubjects {
  /** A token that was seen before costs one look-up; its signature is checked once, and its expiry each time. */
  verdictOn(token: string): TokenVerdict | Promise<TokenVerdict>;
}

export interface TokenSubjectsParts {
  readonly verifier: TokenVerifier;
  /** How many verified tokens are remembered; the least recently used one is forgotten. */
  readonly rememberedCount: number;
  readonly nowSeconds: () => number;
}

export function createTokenSubjects({ verifier, rememberedCount, nowSeconds }: TokenSubjectsParts): TokenSubjects {
  const remembered = new LRUCache<string, Remembered>({ max: rememberedCount });
  const remember = (token: string, verdict: Remembered['verdict']): void => {
    remembered.set(keyOf(token), { token, verdict });
  };
  const underWay = new Map<string, Promise<TokenVerdict>>();

  const check = async (token: string): Promise<TokenVerdict> => {
    const verdict = await verifier.verify(token);
    // A refusal is not remembered: a clock that was off, or a key that was rotated in, would keep a good token out.
    if (verdict.kind === 'verified') remember(ownText(token), verdict);
    return verdict;
  };

  return {
    verdictOn(token) {
      const known = remembered.get(keyOf(token));
      if (known?.token === token && known.verdict.expiresAtSeconds > nowSeconds()) return known.verdict;
      const running = underWay.get(token);
      if (running) return running;
      const started = check(token).finally(() => underWay.delete(token));
      underWay.set(token, started);
      return started;
    },
  };
}

interface Remembered {
  readonly token: string;
  readonly verdict: Extract<TokenVerdict, { kind: 'verified' }>;
}

const keyLength = 40;

/** The end of the signature: a look-up works out a number from every character of its key, and tokens have hundreds. */
function keyOf(token: string): string {
  return token.slice(-keyLength);
}

const bearer = /^Bearer +([^\s,]+)$/i;

/** @returns undefined when there is no bearer token */
export function bearerToken(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : bearer.exec(authorization)?.[1];
}
