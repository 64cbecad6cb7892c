import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { TokenVerdict } from '../identity/token-verifier.ts';
import { silentLogger } from '../logger.ts';
import { createMetrics } from '../metrics.ts';
import { createHttpApp, createRouter } from './http-app.ts';
import { callerOf, requireSubject } from './require-subject.ts';
import { listen, type RunningServer } from './server.ts';

const verdicts: Readonly<Record<string, TokenVerdict>> = {
  good: { kind: 'verified', subject: '42', claims: { roles: ['operator', 7] }, expiresAtSeconds: 9 },
  plain: { kind: 'verified', subject: '43', claims: {}, expiresAtSeconds: 1 },
  expired: { kind: 'refused', reason: 'ERR_JWT_EXPIRED' },
  outage: { kind: 'unknown', reason: 'the key set cannot be fetched' },
};

let server: RunningServer;
beforeAll(async () => {
  const routes = createRouter();
  routes.get('/open', (request, response) => void response.json(callerOf(request)));
  routes.use(
    requireSubject({
      verify: (token) => Promise.resolve(verdicts[token] ?? { kind: 'refused', reason: 'ERR_JWS_INVALID' }),
    }),
  );
  routes.get('/it', (request, response) => void response.json(callerOf(request)));
  server = await listen(createHttpApp({ log: silentLogger, metrics: createMetrics({ process: false }), routes }), {
    port: 0,
  });
});
afterAll(() => server.close());

const ask = (authorization?: string, path = '/it') =>
  fetch(`${server.url}${path}`, { headers: authorization === undefined ? {} : { authorization } });

describe('a route behind requireSubject', () => {
  test('knows the caller, the roles that are texts, and when the token ends', async () => {
    expect(await (await ask('Bearer good')).json()).toEqual({
      subject: '42',
      roles: ['operator'],
      expiresAtSeconds: 9,
    });
  });

  test('takes a missing list of roles as none, and the scheme in any case', async () => {
    expect(await (await ask('bearer plain')).json()).toEqual({ subject: '43', roles: [], expiresAtSeconds: 1 });
  });

  test.each([
    ['without a token', undefined],
    ['with another scheme', 'Basic dTpw'],
    ['with an empty token', 'Bearer '],
    ['with a refused token', 'Bearer expired'],
  ])('answers 401 %s', async (_name, authorization) => {
    const answer = await ask(authorization);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    expect(await answer.json()).toMatchObject({ type: '/problems/unauthorised' });
  });

  test('answers 503, not 401, when nothing is known about the token', async () => {
    const answer = await ask('Bearer outage');
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('1');
    expect(await answer.json()).toMatchObject({ type: '/problems/keys-unavailable' });
  });

  test('is the only place that may ask who calls', async () => {
    expect((await ask('Bearer good', '/open')).status).toBe(401);
  });
});
