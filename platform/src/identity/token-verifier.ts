import {
  createLocalJWKSet,
  createRemoteJWKSet,
  customFetch,
  errors,
  jwtVerify,
  type JSONWebKeySet,
  type JWTPayload,
  type JWTVerifyGetKey,
} from 'jose';

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

/** Verifies signature, issuer, audience and expiry of a JWT; keys come from a JWKS endpoint and are cached by `jose`. */
export function createTokenVerifier({ keys, issuer, audience, fetch }: TokenVerifierOptions): TokenVerifier {
  const keyOf: JWTVerifyGetKey =
    'url' in keys
      ? createRemoteJWKSet(new URL(keys.url), {
          timeoutDuration: 2_000,
          cooldownDuration: 5_000,
          ...(fetch && { [customFetch]: fetch }),
        })
      : createLocalJWKSet(keys.jwks);
  return {
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, keyOf, {
          issuer,
          algorithms,
          clockTolerance: clockToleranceSeconds,
          requiredClaims: ['sub', 'exp'],
          ...(audience !== undefined && { audience }),
        });
        return { kind: 'verified', subject: payload.sub ?? '', claims: payload, expiresAtSeconds: payload.exp ?? 0 };
      } catch (err) {
        return verdictOf(err);
      }
    },
  };
}

function verdictOf(err: unknown): TokenVerdict {
  if (err instanceof errors.JWKSTimeout || !(err instanceof errors.JOSEError))
    return { kind: 'unknown', reason: 'the key set cannot be fetched' };
  // jose reports an answer of the key server that is not 200 as a generic JOSEError.
  if (err.code === 'ERR_JOSE_GENERIC') return { kind: 'unknown', reason: 'the key set cannot be fetched' };
  return { kind: 'refused', reason: err.code };
}
