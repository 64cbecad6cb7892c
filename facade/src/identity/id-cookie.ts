import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Secret } from '@banyan/platform';

/** The signed id that keeps an anonymous caller on one side. It names a caller for routing, it proves nothing else. */
export interface IdCookies {
  /** @returns undefined when there is none, it was not signed by us, or it has expired */
  read(cookieHeader: string | undefined): KnownId | undefined;
  /** The value of a `Set-Cookie` header that gives the caller this id. */
  issue(id: string, scheme: 'http' | 'https'): string;
  newId(): string;
}

export interface KnownId {
  readonly id: string;
  /** More than half of its time is over: give it again, so that a caller who keeps coming keeps the id. */
  readonly isWorn: boolean;
}

export interface IdCookiesParts {
  readonly secret: Secret;
  readonly maxAgeSeconds: number;
  readonly nowSeconds: () => number;
  /** 128 random bits as text without dots. */
  readonly randomId: () => string;
}

export const idCookieName = 'banyan_id';

export function createIdCookies({ secret, maxAgeSeconds, nowSeconds, randomId }: IdCookiesParts): IdCookies {
  const sign = (claim: string): string =>
    createHmac('sha256', secret.reveal()).update(`${idCookieName}.${claim}`).digest('base64url');

  const verify = (value: string): KnownId | undefined => {
    const [version, id = '', expiry = '', signature = '', ...more] = value.split('.');
    if (version !== 'v1' || id === '' || more.length > 0 || !/^\d{1,12}$/.test(expiry)) return undefined;
    if (!isEqual(signature, sign(`v1.${id}.${expiry}`))) return undefined;
    const leftSeconds = Number(expiry) - nowSeconds();
    return leftSeconds > 0 ? { id, isWorn: leftSeconds < maxAgeSeconds / 2 } : undefined;
  };

  return {
    read(cookieHeader) {
      for (const value of valuesOf(cookieHeader)) {
        const known = verify(value);
        if (known) return known;
      }
      return undefined;
    },
    issue(id, scheme) {
      const claim = `v1.${id}.${nowSeconds() + maxAgeSeconds}`;
      const secure = scheme === 'https' ? '; Secure' : '';
      return `${idCookieName}=${claim}.${sign(claim)}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=Lax${secure}`;
    },
    newId: randomId,
  };
}

// Others may set a cookie of our name for a narrower path or a wider domain; the signed one counts, wherever it stands.
function valuesOf(cookieHeader: string | undefined): readonly string[] {
  if (cookieHeader?.includes(`${idCookieName}=`) !== true) return [];
  return cookieHeader
    .split(';')
    .map((pair) => pair.trim())
    .filter((pair) => pair.startsWith(`${idCookieName}=`))
    .map((pair) => pair.slice(idCookieName.length + 1));
}

function isEqual(given: string, expected: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(expected)];
  return one.length === other.length && timingSafeEqual(one, other);
}
