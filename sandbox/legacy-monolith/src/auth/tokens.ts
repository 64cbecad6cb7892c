import { createLocalJWKSet, errors, importPKCS8, jwtVerify, SignJWT, type JSONWebKeySet } from 'jose';
import type { KeyRow } from '../dao/key-dao.ts';

const tokenIssuer = 'fleet-legacy';
export const tokenSeconds = 12 * 3_600;
const algorithm = 'RS256';

export interface Caller {
  readonly userId: number;
  readonly isOperator: boolean;
}

export interface Tokens {
  /** Public keys, for everybody who wants to verify a token. */
  readonly jwks: JSONWebKeySet;
  sign(caller: Caller): Promise<string>;
  /** Undefined when the token is none of ours, or past its time. */
  verify(token: string): Promise<Caller | undefined>;
}

export async function createTokens({ key_id, prv_pem, pub_jwk }: KeyRow): Promise<Tokens> {
  const privateKey = await importPKCS8(prv_pem, algorithm);
  const jwks: JSONWebKeySet = { keys: [{ ...pub_jwk, kid: key_id, alg: algorithm, use: 'sig' }] };
  const keys = createLocalJWKSet(jwks);
  return {
    jwks,
    sign: ({ userId, isOperator }) =>
      new SignJWT({ roles: isOperator ? ['operator'] : [] })
        .setProtectedHeader({ alg: algorithm, kid: key_id, typ: 'JWT' })
        .setSubject(String(userId))
        .setIssuer(tokenIssuer)
        .setIssuedAt()
        .setExpirationTime(`${tokenSeconds}s`)
        .sign(privateKey),
    async verify(token) {
      try {
        const { payload } = await jwtVerify(token, keys, { issuer: tokenIssuer, algorithms: [algorithm] });
        return callerOf(payload.sub, payload['roles']);
      } catch (err) {
        if (err instanceof errors.JOSEError) return undefined;
        throw err;
      }
    },
  };
}

function callerOf(subject: string | undefined, roles: unknown): Caller | undefined {
  const userId = /^\d{1,10}$/.test(subject ?? '') ? Number(subject) : NaN;
  if (Number.isNaN(userId)) return undefined;
  return { userId, isOperator: Array.isArray(roles) && roles.includes('operator') };
}
