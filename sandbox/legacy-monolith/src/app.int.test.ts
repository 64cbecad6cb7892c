import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { operator, startTestMonolith, type TestMonolith } from './testing/test-monolith.ts';

let monolith: TestMonolith;
beforeAll(async () => void (monolith = await startTestMonolith(inject('postgresUrl'))));
afterAll(() => monolith.close());

test.each([
  'GET /users/me',
  'GET /users/2',
  'PATCH /users/2',
  'GET /notifications',
  'POST /notifications',
  'GET /feedback',
  'POST /feedback',
  'GET /billing/account',
  'GET /billing/charges',
  'POST /billing/charges',
  'POST /trips',
  'GET /trips',
  'GET /trips/1',
  'POST /trips/1/start',
  'POST /trips/1/complete',
  'POST /trips/1/cancel',
  'GET /routes/1',
  'POST /routes',
  'POST /tracking/1/points',
  'GET /tracking/1/latest',
  'GET /tracking/1/stream',
  'POST /vehicles',
  'GET /vehicles',
  'GET /vehicles/1',
  'PUT /vehicles/1/status',
  'PUT /vehicles/1/firmware',
  'GET /vehicles/1/sensors',
  'POST /vehicles/1/sensors',
  'PUT /vehicles/1/sensors/1/status',
  'GET /diagnostics',
  'POST /diagnostics',
  'GET /fleet/status',
] as const)('%s needs a token', async (what) => {
  const { status, headers, body } = await monolith.call(what);
  expect(status).toBe(401);
  expect(headers['content-type']).toContain('application/problem+json');
  expect(body).toMatchObject({ type: '/problems/unauthorised', status: 401, title: 'Unauthorised' });
});

test('the process says that it lives, whether it is ready, and what it counted', async () => {
  expect(await monolith.call('GET /health')).toMatchObject({ status: 200, body: { status: 'up' } });
  expect(await monolith.call('GET /ready')).toMatchObject({ status: 200, body: { isReady: true } });
  const metrics = await (await fetch(`${monolith.url}/metrics`)).text();
  expect(metrics).toMatch(/^legacy_http_requests_total\{method="GET",status="200"\} \d+$/m);
  expect(metrics).toMatch(/^process_resident_memory_bytes \d+$/m);
});

test('a request keeps its id, or gets one', async () => {
  const idWith = async (id: string): Promise<string | null> =>
    (await fetch(`${monolith.url}/health`, { headers: { 'x-request-id': id } })).headers.get('x-request-id');
  expect(await idWith('abc-1')).toBe('abc-1');
  expect(await idWith('not well formed')).toMatch(/^[0-9a-f-]{36}$/);
});

describe('a request that cannot be served', () => {
  const post = async (body: string): Promise<unknown> => {
    const authorization = `Bearer ${await monolith.tokenOf(operator)}`;
    const headers = { authorization, 'content-type': 'application/json' };
    return (await fetch(`${monolith.url}/trips`, { method: 'POST', headers, body })).json();
  };

  test('because there is no such route', async () => {
    expect(await monolith.call('GET /nowhere', { as: 2 })).toMatchObject({
      status: 404,
      body: { type: '/problems/no-such-route' },
    });
  });

  test('because its body is too large', async () => {
    expect(await post(JSON.stringify({ text: 'x'.repeat(300_000) }))).toMatchObject({
      type: '/problems/body-too-large',
      status: 413,
    });
  });

  test('because its body is no JSON', async () => {
    expect(await post('{')).toMatchObject({ type: '/problems/bad-request', status: 400 });
  });

  test('because the program fails says nothing about why', async () => {
    await monolith.pool.query('alter table fdbk rename to fdbk_gone');
    const { status, body } = await monolith.call('GET /feedback', { as: 2 });
    await monolith.pool.query('alter table fdbk_gone rename to fdbk');
    expect(status).toBe(500);
    expect(JSON.stringify(body)).not.toContain('fdbk');
  });
});
