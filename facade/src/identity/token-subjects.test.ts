import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createTokenVerifier, type TokenVerifier } from '@banyan/platform';
import { createTestIssuer } from '@banyan/platform/testing';
import { bearerToken, createTokenSubjects } from './token-subjects.ts';

const issuer = await createTestIssuer();
const verifier = createTokenVerifier({ keys: { jwks: issuer.jwks }, issuer: issuer.issuer });
const nowSeconds = (): number => Date.now() / 1000;

/** Counts how often a signature is checked. */
function counted(inner: TokenVerifier): { verifier: TokenVerifier; count: () => number } {
  let checks = 0;
  return {
    count: () => checks,
    verifier: {
      verify: (token) => {
        checks += 1;
        return inner.verify(token);
      },
    },
  };
}

describe('who a bearer token speaks for', () => {
  test('a token of the issuer speaks for its subject; its signature is checked once', async () => {
    const { verifier: counting, count } = counted(verifier);
    const subjects = createTokenSubjects({ verifier: counting, rememberedCount: 10, nowSeconds });
    const token = await issuer.tokenFor('42');
    const both = await Promise.all([subjects.verdictOn(token), subjects.verdictOn(token)]);
    expect([...both, subjects.verdictOn(token)]).toMatchObject(Array(3).fill({ kind: 'verified', subject: '42' }));
    expect(count()).toBe(1);
  });

  test('a token with the signature of a remembered one, and other claims, is not that token', async () => {
    const subjects = createTokenSubjects({ verifier, rememberedCount: 10, nowSeconds });
    const token = await issuer.tokenFor('42');
    await subjects.verdictOn(token);
    const [head, , signature] = token.split('.');
    const claims = Buffer.from(JSON.stringify({ sub: '1', iss: issuer.issuer, exp: 9_999_999_999 }));
    const forged = `${head}.${claims.toString('base64url')}.${signature}`;
    expect(await subjects.verdictOn(forged)).toMatchObject({ kind: 'refused' });
    expect(subjects.verdictOn(token)).toMatchObject({ kind: 'verified', subject: '42' });
  });

  test('a remembered token ends when it expires', async () => {
    let now = nowSeconds();
    const { verifier: counting, count } = counted(verifier);
    const subjects = createTokenSubjects({ verifier: counting, rememberedCount: 10, nowSeconds: () => now });
    const token = await issuer.tokenFor('42', { expiresInSeconds: 60 });
    await subjects.verdictOn(token);
    now += 61;
    await subjects.verdictOn(token);
    expect(count()).toBe(2);
  });

  test('more tokens than may be remembered push out the oldest', async () => {
    const { verifier: counting, count } = counted(verifier);
    const subjects = createTokenSubjects({ verifier: counting, rememberedCount: 1, nowSeconds });
    const [first, second] = await Promise.all([issuer.tokenFor('1'), issuer.tokenFor('2')]);
    for (const token of [first, second, first]) await subjects.verdictOn(token);
    expect(count()).toBe(3);
  });

  test('forged, expired and foreign tokens speak for nobody', async () => {
    const subjects = createTokenSubjects({ verifier, rememberedCount: 10, nowSeconds });
    const good = await issuer.tokenFor('42');
    const [head, , signature] = good.split('.');
    const admin = Buffer.from(JSON.stringify({ sub: '1', iss: issuer.issuer, exp: 9_999_999_999 })).toString(
      'base64url',
    );
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url');
    const bad = [
      `${head ?? ''}.${admin}.${signature ?? ''}`,
      `${unsigned}.${admin}.`,
      await issuer.tokenFor('42', { expiresInSeconds: -60 }),
      await (await createTestIssuer('somebody-else')).tokenFor('42'),
      'no.token',
    ];
    for (const token of bad) expect(await subjects.verdictOn(token)).toMatchObject({ kind: 'refused' });
  });

  test('without keys nothing is known, and nothing is remembered either', async () => {
    let isDown = true;
    const server = createServer((_request, response) => {
      response.writeHead(isDown ? 503 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(issuer.jwks));
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
    const remote = createTokenVerifier({ keys: { url }, issuer: issuer.issuer });
    const subjects = createTokenSubjects({ verifier: remote, rememberedCount: 10, nowSeconds });
    const token = await issuer.tokenFor('42');
    expect(await subjects.verdictOn(token)).toMatchObject({ kind: 'unknown' });
    isDown = false;
    expect(await subjects.verdictOn(token)).toMatchObject({ kind: 'verified', subject: '42' });
    server.closeAllConnections();
    server.close();
  });
});

test.each([
  ['Bearer abc', 'abc'],
  ['bearer  abc', 'abc'],
  ['Basic abc', undefined],
  ['Bearer', undefined],
  ['Bearer a, Bearer b', undefined],
  [undefined, undefined],
])('%s carries the token %s', (header, token) => {
  expect(bearerToken(header)).toBe(token);
});
