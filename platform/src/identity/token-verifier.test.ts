import { createHmac } from 'node:crypto';
import type { JSONWebKeySet } from 'jose';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { listen, type RunningServer } from '../http/server.ts';
import { createTestIssuer, type TestIssuer, eventually } from '../testing/index.ts';
import { createTokenVerifier, type TokenVerifier } from './token-verifier.ts';

let issuer: TestIssuer;
let nextIssuer: TestIssuer;
beforeAll(async () => {
  issuer = await createTestIssuer('fleet-legacy', 'key-1');
  nextIssuer = await createTestIssuer('fleet-legacy', 'key-2');
});

const base64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const goodClaims = { sub: '42', iss: 'fleet-legacy', exp: Math.floor(Date.now() / 1000) + 600 };

describe('with known keys, a token', () => {
  const verdictOn = (token: string, options: { readonly audience?: string } = {}) =>
    createTokenVerifier({ keys: { jwks: issuer.jwks }, issuer: 'fleet-legacy', ...options }).verify(token);

  test('of the issuer is verified', async () => {
    const token = await issuer.tokenFor('42', { roles: ['operator'], expiresInSeconds: 60 });
    expect(await verdictOn(token)).toMatchObject({ kind: 'verified', subject: '42', claims: { roles: ['operator'] } });
  });

  test('tells when it expires', async () => {
    const verdict = await verdictOn(await issuer.tokenFor('42', { expiresInSeconds: 60 }));
    const inSeconds = verdict.kind === 'verified' ? verdict.expiresAtSeconds - Date.now() / 1000 : Number.NaN;
    expect(Math.abs(inSeconds - 60)).toBeLessThan(10);
  });

  const refused: readonly (readonly [string, string, () => Promise<string> | string])[] = [
    ['that expired', 'ERR_JWT_EXPIRED', () => issuer.tokenFor('42', { expiresInSeconds: -60 })],
    ['signed by an unknown key', 'ERR_JWKS_NO_MATCHING_KEY', () => nextIssuer.tokenFor('42')],
    ['without a subject', 'ERR_JWT_CLAIM_VALIDATION_FAILED', () => issuer.tokenFor('')],
    ['that nobody signed', 'ERR_JOSE_ALG_NOT_ALLOWED', () => `${base64({ alg: 'none' })}.${base64(goodClaims)}.`],
    ['that is no token', 'ERR_JWS_INVALID', () => 'nonsense'],
    ['with dots but no content', 'ERR_JWS_INVALID', () => '..'],
  ];
  test.each(refused)('%s is refused: %s', async (_name, reason, make) => {
    expect(await verdictOn(await make())).toEqual({ kind: 'refused', reason });
  });

  test('of another issuer is refused', async () => {
    const verifier = createTokenVerifier({ keys: { jwks: issuer.jwks }, issuer: 'somebody-else' });
    expect(await verifier.verify(await issuer.tokenFor('42'))).toEqual({
      kind: 'refused',
      reason: 'ERR_JWT_CLAIM_VALIDATION_FAILED',
    });
  });

  test('for another audience is refused', async () => {
    expect(await verdictOn(await issuer.tokenFor('42'), { audience: 'elsewhere' })).toMatchObject({ kind: 'refused' });
  });

  test('whose claims were changed is refused', async () => {
    const [head, , signature] = (await issuer.tokenFor('42')).split('.');
    const forged = [head, base64({ ...goodClaims, sub: '43' }), signature].join('.');
    expect(await verdictOn(forged)).toEqual({ kind: 'refused', reason: 'ERR_JWS_SIGNATURE_VERIFICATION_FAILED' });
  });

  test('signed with the public key as an HMAC secret is refused', async () => {
    const signed = `${base64({ alg: 'HS256', kid: 'key-1' })}.${base64(goodClaims)}`;
    const signature = createHmac('sha256', JSON.stringify(issuer.jwks.keys[0])).update(signed).digest('base64url');
    expect(await verdictOn(`${signed}.${signature}`)).toEqual({ kind: 'refused', reason: 'ERR_JOSE_ALG_NOT_ALLOWED' });
  });
});

describe('with the keys of an endpoint', () => {
  interface Answer {
    readonly status: number;
    readonly body: string;
  }
  const answerOf = (jwks: JSONWebKeySet): Answer => ({ status: 200, body: JSON.stringify(jwks) });
  let server: RunningServer | undefined;
  let answer: Answer;
  let fetchCount = 0;

  async function aVerifier(): Promise<TokenVerifier> {
    fetchCount = 0;
    server = await listen(
      (_request, response) => {
        fetchCount += 1;
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
      },
      { port: 0, graceMs: 0 },
    );
    return createTokenVerifier({ keys: { url: `${server.url}/jwks.json` }, issuer: 'fleet-legacy' });
  }
  /** The clocks that key caching reads; sockets and their timeouts run on. */
  function passSeconds(seconds: number): void {
    vi.advanceTimersByTime(seconds * 1_000);
  }
  const withClock = () => vi.useFakeTimers({ toFake: ['Date', 'performance'], now: Date.now() });

  afterEach(async () => {
    vi.useRealTimers();
    await server?.close();
  });

  test('they are fetched once for many tokens', async () => {
    answer = answerOf(issuer.jwks);
    const verifier = await aVerifier();
    const verdicts = await Promise.all(['1', '2', '3'].map(async (id) => verifier.verify(await issuer.tokenFor(id))));
    expect(verdicts.map(({ kind }) => kind)).toEqual(['verified', 'verified', 'verified']);
    expect(fetchCount).toBe(1);
  });

  test('a token signed with a new key is verified after a rotation', async () => {
    withClock();
    answer = answerOf(issuer.jwks);
    const verifier = await aVerifier();
    await verifier.verify(await issuer.tokenFor('42'));
    answer = answerOf(nextIssuer.jwks);
    passSeconds(6);
    expect(await verifier.verify(await nextIssuer.tokenFor('42'))).toMatchObject({ kind: 'verified' });
    expect(await verifier.verify(await issuer.tokenFor('42'))).toMatchObject({ kind: 'refused' });
  });

  test('tokens with made-up key ids do not make it fetch again and again', async () => {
    answer = answerOf(issuer.jwks);
    const verifier = await aVerifier();
    await verifier.verify(await issuer.tokenFor('42'));
    for (let attempt = 0; attempt < 5; attempt += 1)
      expect(await verifier.verify(await nextIssuer.tokenFor('42'))).toMatchObject({ kind: 'refused' });
    expect(fetchCount).toBe(1);
  });

  const outages: readonly (readonly [string, Answer])[] = [
    ['answers 500', { status: 500, body: 'down' }],
    ['answers 404', { status: 404, body: '{}' }],
    ['answers no JSON', { status: 200, body: '<html>' }],
    ['answers no key set', { status: 200, body: '{"hello":1}' }],
  ];
  test.each(outages)('nothing is known about a token while the endpoint %s', async (_name, outage) => {
    answer = outage;
    const verifier = await aVerifier();
    expect(await verifier.verify(await issuer.tokenFor('42'))).toEqual({
      kind: 'unknown',
      reason: expect.stringContaining('the key set cannot be fetched') as string,
    });
  });

  test('nothing is known about a token while the endpoint refuses connections', async () => {
    answer = answerOf(issuer.jwks);
    const verifier = await aVerifier();
    await server?.close();
    expect(await verifier.verify(await issuer.tokenFor('42'))).toEqual({
      kind: 'unknown',
      reason: 'the key set cannot be fetched (ECONNREFUSED)',
    });
  });

  test('an outage that ends is over with the next token', async () => {
    answer = { status: 503, body: '' };
    const verifier = await aVerifier();
    expect(await verifier.verify(await issuer.tokenFor('42'))).toMatchObject({ kind: 'unknown' });
    answer = answerOf(issuer.jwks);
    expect(await verifier.verify(await issuer.tokenFor('42'))).toMatchObject({ kind: 'verified' });
  });

  test('known keys outlive an outage of any length', async () => {
    withClock();
    answer = answerOf(issuer.jwks);
    const verifier = await aVerifier();
    const token = await issuer.tokenFor('42', { expiresInSeconds: 1_000_000 });
    await verifier.verify(token);
    answer = { status: 500, body: 'down' };
    passSeconds(86_400);
    expect(await verifier.verify(token)).toMatchObject({ kind: 'verified' });
    await eventually(() => expect(fetchCount).toBe(2));
    expect(await verifier.verify(token)).toMatchObject({ kind: 'verified' });
  });

  test('a withdrawn key is forgotten after ten minutes', async () => {
    withClock();
    answer = answerOf(issuer.jwks);
    const verifier = await aVerifier();
    const token = await issuer.tokenFor('42', { expiresInSeconds: 1_000_000 });
    await verifier.verify(token);
    answer = answerOf(nextIssuer.jwks);
    passSeconds(601);
    await verifier.verify(token);
    await eventually(async () => expect(await verifier.verify(token)).toMatchObject({ kind: 'refused' }));
  });
});
