import { createLocalJWKSet, generateKeyPair, importPKCS8, jwtVerify, SignJWT, type JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startTestMonolith, type TestMonolith } from '../testing/test-monolith.ts';

let monolith: TestMonolith;
beforeAll(async () => void (monolith = await startTestMonolith(inject('postgresUrl'))));
afterAll(() => monolith.close());

interface LoginJson {
  readonly token: string;
  readonly userId: number;
  readonly expiresInSeconds: number;
}

type SigningKey = Awaited<ReturnType<typeof importPKCS8>>;

const login = (email: string, password: string) =>
  monolith.call<LoginJson>('POST /users/login', { body: { email, password } });

test('a login answers a token that the key set verifies', async () => {
  const { status, body } = await login('user42@fleet.example', 'banyan-42');
  expect(status).toBe(200);
  expect(body).toMatchObject({ userId: 42, expiresInSeconds: 43_200 });

  const jwks = await monolith.call<JSONWebKeySet>('GET /.well-known/jwks.json');
  const { payload, protectedHeader } = await jwtVerify(body.token, createLocalJWKSet(jwks.body));
  expect(protectedHeader.alg).toBe('RS256');
  expect(payload).toMatchObject({ sub: '42', roles: [], iss: 'fleet-legacy' });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(43_200);
});

test('user 1 is an operator', async () => {
  const { body } = await login('user1@fleet.example', 'banyan-1');
  const me = await fetch(`${monolith.url}/users/me`, { headers: { authorization: `Bearer ${body.token}` } });
  expect(await me.json()).toMatchObject({ id: 1, roles: ['operator'] });
});

test('addresses are not case-sensitive', async () => {
  expect((await login('User42@Fleet.Example', 'banyan-42')).status).toBe(200);
});

test('the key set shows nothing private', async () => {
  const { body, headers } = await monolith.call<JSONWebKeySet>('GET /.well-known/jwks.json');
  expect(body.keys.map((key) => Object.keys(key).sort())).toEqual([['alg', 'e', 'kid', 'kty', 'n', 'use']]);
  expect(headers['cache-control']).toContain('max-age');
});

test('a wrong password and an unknown address get the same answer', async () => {
  const wrong = await login('user42@fleet.example', 'banyan-43');
  const unknown = await login('nobody@fleet.example', 'banyan-42');
  expect(wrong.status).toBe(401);
  expect(wrong.body).toEqual({
    type: '/problems/unauthorised',
    title: 'Unauthorised',
    status: 401,
    detail: 'Email or password is wrong.',
  });
  expect(unknown.body).toEqual(wrong.body);
});

test('a closed account cannot log in', async () => {
  await monolith.pool.query(`update usr_mst set stat = 'X' where usr_no = 50`);
  expect((await login('user50@fleet.example', 'banyan-50')).status).toBe(401);
});

test('a login without its fields names them', async () => {
  const { status, body } = await monolith.call('POST /users/login', { body: { email: 7 } });
  expect(status).toBe(400);
  expect(body).toMatchObject({ type: '/problems/invalid-request', errors: [{ path: 'email' }, { path: 'password' }] });
});

test('a token of another key, of another issuer or past its time is refused', async () => {
  const statusWith = async (token: string): Promise<number> =>
    (await fetch(`${monolith.url}/users/me`, { headers: { authorization: `Bearer ${token}` } })).status;
  const token = (privateKey: SigningKey, issuer: string, expiresAt: number): Promise<string> =>
    new SignJWT({ roles: [] })
      .setProtectedHeader({ alg: 'RS256', kid: monolith.tokens.jwks.keys[0]?.kid ?? '' })
      .setSubject('42')
      .setIssuer(issuer)
      .setExpirationTime(expiresAt)
      .sign(privateKey);
  const later = Math.floor(Date.now() / 1_000) + 60;
  const { privateKey: foreignKey } = await generateKeyPair('RS256');
  const { rows } = await monolith.pool.query<{ prv_pem: string }>('select prv_pem from sys_key');
  const ownKey = await importPKCS8(rows[0]?.prv_pem ?? '', 'RS256');

  expect(await statusWith(await token(ownKey, 'fleet-legacy', later))).toBe(200);
  expect(await statusWith(await token(foreignKey, 'fleet-legacy', later))).toBe(401);
  expect(await statusWith(await token(ownKey, 'somebody-else', later))).toBe(401);
  expect(await statusWith(await token(ownKey, 'fleet-legacy', later - 120))).toBe(401);
  expect(await statusWith('not.a.token')).toBe(401);
});
