import { createLocalJWKSet, errors, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import { codeOf } from '../banyan-error.ts';
import { createRemoteKeys } from './remote-keys.ts';

export type TokenVerdict =
  | {
      readonly kind: 'verified';
      readonly subject: string;
      readonly claims: Readonly<JWTPayload>;
      readonly expiresAtSeconds: number;
    }
  | { readonly kind: 'refused'; readonly reason: string }
  /** The key set could not be fetched: nothing is known about the token. */
  | { readonly kind: 'unknown'; readonly reason: string };

export interface TokenVerifier {
  verify(token: string): Promise<TokenVerdict>;
}

export interface TokenVerifierOptions {
  readonly keys: { readonly url: string } | { readonly jwks: JSONWebKeySet };
  readonly issuer: string;
  readonly audience?: string;
  readonly fetch?: typeof fetch;
}

const clockToleranceSeconds = 5;
// Asymmetric only: a public key set must never verify an HMAC (RFC 8725, 3.1).
const algorithms = ['RS256', 'ES256', 'EdDSA'];

/** Verifies signature, issuer, audience, expiry and subject of a JWT. */
export function createTokenVerifier({ keys, issuer, audience, fetch }: TokenVerifierOptions): TokenVerifier {
  const keyOf = 'url' in keys ? createRemoteKeys(keys.url, fetch) : createLocalJWKSet(keys.jwks);
  const rules = {
    issuer,
    algorithms,
    clockTolerance: clockToleranceSeconds,
    requiredClaims: ['sub', 'exp'],
    ...(audience !== undefined && { audience }),
  };
  return {
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, keyOf, rules);
        return verdictOn(payload);
      } catch (err) {
        return verdictOf(err);
      }
    },
  };
}

function verdictOn(claims: JWTPayload): TokenVerdict {
  const { sub, exp = 0 } = claims;
  // jose does not check the type of `sub`; a number would be another key than its text.
  if (typeof sub !== 'string' || sub === '') return { kind: 'refused', reason: 'ERR_JWT_CLAIM_VALIDATION_FAILED' };
  return { kind: 'verified', subject: sub, claims, expiresAtSeconds: exp };
}

// These speak of the key set or of the way to it. jose reports an answer of the key server that is not 200, or no JSON, as generic.
const aboutTheKeySet = new Set(['ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID', 'ERR_JWK_INVALID']);

function verdictOf(err: unknown): TokenVerdict {
  if (err instanceof errors.JOSEError && !aboutTheKeySet.has(err.code)) return { kind: 'refused', reason: err.code };
  const code = codeOf(err) || codeOf(err instanceof Error ? err.cause : undefined);
  return { kind: 'unknown', reason: `the key set cannot be fetched${code && ` (${code})`}` };
}
