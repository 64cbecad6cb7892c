import { createRemoteJWKSet, customFetch, type JWTVerifyGetKey } from 'jose';

const fetchTimeoutMs = 2_000;
// A token with an unknown key id fetches the set again, but not more often than this: anybody can send such tokens.
const cooldownMs = 5_000;
const refreshMs = 600_000;

/**
 * The keys of a JWKS endpoint. They are fetched at first use, again for an unknown key id (rotation), and every ten minutes beside
 * the requests (withdrawn keys). While the endpoint is down the last known keys stay: an outage of the issuer signs nobody out.
 */
export function createRemoteKeys(url: string, fetch?: typeof globalThis.fetch): JWTVerifyGetKey {
  const keys = createRemoteJWKSet(new URL(url), {
    timeoutDuration: fetchTimeoutMs,
    cooldownDuration: cooldownMs,
    cacheMaxAge: Number.POSITIVE_INFINITY,
    ...(fetch && { [customFetch]: fetch }),
  });
  let refreshedAtMs = performance.now();
  return (header, token) => {
    if (keys.fresh && performance.now() - refreshedAtMs > refreshMs) {
      refreshedAtMs = performance.now();
      // Its failure is not the failure of this token.
      void keys.reload().catch(() => undefined);
    }
    return keys(header, token);
  };
}
