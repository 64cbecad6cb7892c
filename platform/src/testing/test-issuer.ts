import { SignJWT, exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose';

export interface TestIssuer {
  readonly issuer: string;
  /** The public keys: `createTokenVerifier({ keys: { jwks }, issuer })`, or serve them as a JWKS endpoint. */
  readonly jwks: JSONWebKeySet;
  /** A signed RS256 token; a negative `expiresInSeconds` makes an expired one. */
  tokenFor(
    subject: string,
    claims?: { readonly roles?: readonly string[]; readonly expiresInSeconds?: number },
  ): Promise<string>;
}

/** Signs tokens like a real issuer, with a key pair of its own. */
export async function createTestIssuer(issuer = 'fleet-legacy', keyId = 'test-1'): Promise<TestIssuer> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: keyId, alg: 'RS256', use: 'sig' };
  return {
    issuer,
    jwks: { keys: [jwk] },
    tokenFor: (subject, { roles = [], expiresInSeconds = 600 } = {}) =>
      new SignJWT({ roles })
        .setProtectedHeader({ alg: 'RS256', kid: keyId })
        .setSubject(subject)
        .setIssuer(issuer)
        .setIssuedAt()
        .setExpirationTime(Math.floor(Date.now() / 1000) + expiresInSeconds)
        .sign(privateKey),
  };
}
