import { LRUCache } from 'lru-cache';
import type { TokenVerdict, TokenVerifier } from '@banyan/platform';

/** Who a bearer token speaks for. Only `verified` names a subject; the side answers for all the others. */
export type TokenSubject =
  | { readonly kind: 'verified'; readonly subject: string }
  | { readonly kind: 'refused'; readonly reason: string }
  /** The keys cannot be fetched: nothing is known about the token. */
  | { readonly kind: 'unknown'; readonly reason: string };

export interface TokenSubjects {
  /** A token that was seen before costs one look-up; its signature is checked once, and its expiry each time. */
  subjectOf(token: string): TokenSubject | Promise<TokenSubject>;
}

export interface TokenSubjectsParts {
  readonly verifier: TokenVerifier;
  /** How many verified tokens are remembered; the least recently used one is forgotten. */
  readonly rememberedCount: number;
  readonly nowSeconds: () => number;
}

interface Remembered {
  readonly verdict: TokenSubject;
  readonly expiresAtSeconds: number;
}

export function createTokenSubjects({ verifier, rememberedCount, nowSeconds }: TokenSubjectsParts): TokenSubjects {
  const remembered = new LRUCache<string, Remembered>({ max: rememberedCount });
  const underWay = new Map<string, Promise<TokenSubject>>();

  const check = async (token: string): Promise<TokenSubject> => {
    const verdict = await verifier.verify(token);
    const subject = subjectIn(verdict);
    // A refusal is not remembered: a clock that was off, or a key that was rotated in, would keep a good token out.
    if (verdict.kind === 'verified')
      remembered.set(token, { verdict: subject, expiresAtSeconds: verdict.expiresAtSeconds });
    return subject;
  };

  return {
    subjectOf(token) {
      const known = remembered.get(token);
      if (known && known.expiresAtSeconds > nowSeconds()) return known.verdict;
      const running = underWay.get(token);
      if (running) return running;
      const started = check(token).finally(() => underWay.delete(token));
      underWay.set(token, started);
      return started;
    },
  };
}

function subjectIn(verdict: TokenVerdict): TokenSubject {
  if (verdict.kind !== 'verified') return verdict;
  if (verdict.subject === '') return { kind: 'refused', reason: 'empty subject' };
  return { kind: 'verified', subject: verdict.subject };
}

const bearer = /^Bearer +([^\s,]+)$/i;

/** @returns undefined when there is no bearer token */
export function bearerToken(authorization: string | undefined): string | undefined {
  return authorization === undefined ? undefined : bearer.exec(authorization)?.[1];
}
