import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Secret } from '@banyan/platform';
import { bucketOf } from '@banyan/routing-rules';
import { adminToken, startFacade, tripRules, type TestFacade } from '../testing/facade.ts';
import { openRawClient } from '../testing/raw-sockets.ts';
import { createSides } from '../testing/sides.ts';
import { createExplainAsker } from './explain-asker.ts';
import { showRequest } from './shown-request.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
const seen: { readonly target: string; readonly headers: readonly (readonly [string, string])[] }[] = [];
let facade: TestFacade;
let origin: string;

async function started(env: Readonly<Record<string, string>> = {}): Promise<TestFacade> {
  const rules = tripRules({ legacy: origin, trips: origin }).replace(
    'stage: live',
    'stage: live, rollout: { percent: 0.5, stickiness: scope }',
  );
  const one = await startFacade({
    rules: `${rules}
  - id: reports
    methods: [GET]
    path: /reports/{name}
    upstream: legacy
    transform:
      legacy: { path: '/internal/{name}', request: { set: { x-shape: one }, remove: [x-gone] } }
`,
    env,
  });
  sides.onClose(() => one.close());
  return one;
}

beforeEach(async () => {
  seen.length = 0;
  origin = await sides.node(({ url = '', rawHeaders }, response) => {
    const headers: (readonly [string, string])[] = [];
    for (let at = 0; at < rawHeaders.length; at += 2) headers.push([rawHeaders[at] ?? '', rawHeaders[at + 1] ?? '']);
    seen.push({ target: url, headers });
    response.end('served');
  });
  facade = await started();
});
afterEach(() => sides.close());

const asking = { 'x-banyan-explain': adminToken };

describe('a caller who knows the token', () => {
  test('gets the explanation of exactly this request, and nobody gets the request', async () => {
    const authorization = `Bearer ${await facade.issuer.tokenFor('42')}`;
    const answer = await fetch(`${facade.url}/trips/7?limit=5&api_key=s3cret`, {
      headers: { ...asking, authorization, cookie: 'sid=s3cret', 'x-plain': 'shown', 'x-auth-token': 's3cret' },
    });
    const text = await answer.text();
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(JSON.parse(text)).toMatchObject({
      decision: {
        side: 'legacy',
        routeId: 'trips.read',
        subject: '42',
        flag: 'trips.cutover',
        upstream: { name: 'legacy' },
      },
      caller: 'token',
      buckets: {
        scope: '42',
        flag: { name: 'trips.cutover', bucket: bucketOf('42', 'trips.cutover') },
        rollout: { salt: 'trips.cutover', percent: 0.5, bucket: bucketOf('42', 'trips.cutover') },
      },
      ownership: null,
      flagData: { kind: 'none', ageSeconds: null },
      instances: [{ instance: origin.slice('http://'.length), state: 'in-use', outstandingCount: 0 }],
      request: {
        method: 'GET',
        target: '/trips/7?limit=5&api_key=[redacted]',
        headers: expect.arrayContaining([
          ['authorization', '[redacted]'],
          ['cookie', '[redacted]'],
          ['x-plain', 'shown'],
          ['x-auth-token', '[redacted]'],
        ]) as unknown,
      },
    });
    expect(text).not.toMatch(/s3cret|x-banyan-explain/);
    expect(text).not.toContain(adminToken);
    expect(text).not.toContain(authorization);
    expect(seen).toEqual([]);
    expect(JSON.stringify(facade.lines)).not.toContain(adminToken);
  });

  test('sees the bucket of the cookie where that goes on deciding after the login', async () => {
    const rules = tripRules({ legacy: origin, trips: origin }, { anonymous: 'cookie' });
    const one = await startFacade({ rules });
    sides.onClose(() => one.close());
    const cookie = (await fetch(`${one.url}/trips`)).headers.getSetCookie()[0]?.split(';')[0] ?? '';
    const authorization = `Bearer ${await one.issuer.tokenFor('42')}`;
    const explained = async (headers: Readonly<Record<string, string>>): Promise<unknown> =>
      (await fetch(`${one.url}/trips`, { headers: { ...asking, ...headers } })).json();
    const bucketOfCookie = bucketOf(cookie.split('.')[1] ?? '', 'trips.cutover');
    expect(cookie).toMatch(/^banyan_id=v1\./);
    expect(await explained({ cookie })).toMatchObject({ buckets: { flag: { bucket: bucketOfCookie } } });
    expect(await explained({ cookie, authorization })).toMatchObject({
      buckets: { scope: '42', flag: { bucket: bucketOfCookie } },
    });
    expect(await explained({ authorization })).toMatchObject({
      buckets: { scope: '42', flag: { bucket: bucketOf('42', 'trips.cutover') } },
    });
  });

  test('is told the request that the side would really get, in the shape of its side', async () => {
    const headers = {
      'x-gone': '1',
      'x-kept': '2',
      traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    };
    const explained = await (
      await fetch(`${facade.url}/reports/july?a=1`, { headers: { ...headers, ...asking } })
    ).json();
    await fetch(`${facade.url}/reports/july?a=1`, { headers });
    const { request } = explained as { request: { target: string; headers: [string, string][] } };
    const fresh = ['x-request-id', 'traceparent', 'connection'];
    const lasting = (list: readonly (readonly [string, string])[]) => list.filter(([name]) => !fresh.includes(name));
    expect([request.target, lasting(request.headers)]).toEqual([seen[0]?.target, lasting(seen[0]?.headers ?? [])]);
    expect(request.target).toBe('/internal/july?a=1');
  });

  test('may ask about a write with a body, which is not carried out', async () => {
    const answer = await fetch(`${facade.url}/trips`, { method: 'POST', body: 'x'.repeat(100_000), headers: asking });
    expect(await answer.json()).toMatchObject({ decision: { routeId: 'trips.create' }, request: { method: 'POST' } });
    expect(seen).toEqual([]);
  });

  test('is told what an order did to the request', async () => {
    await facade.admin('PUT', '/overrides/trips', { side: 'extracted', reason: 'trial' });
    const answer = await fetch(`${facade.url}/trips`, { headers: asking });
    expect(await answer.json()).toMatchObject({ decision: { side: 'extracted', reason: { kind: 'override' } } });
  });

  test('has a token of its own where one is set', async () => {
    const other = await started({ FACADE_EXPLAIN_TOKEN: 'only-to-explain' });
    const ask = async (token: string) =>
      (await fetch(`${other.url}/trips`, { headers: { 'x-banyan-explain': token } })).text();
    expect(await ask(adminToken)).toBe('served');
    expect(await ask('only-to-explain')).toContain('"decision"');
  });
});

describe('a caller who does not', () => {
  test.each([
    ['', 'an empty one'],
    ['wrong', 'another one'],
    [`${adminToken}x`, 'a longer one'],
  ])('is served as if he had not asked: "%s" is %s', async (token) => {
    const answer = await fetch(`${facade.url}/trips`, { headers: { 'x-banyan-explain': token } });
    expect([answer.status, await answer.text()]).toEqual([200, 'served']);
    expect(seen[0]?.headers.map(([name]) => name)).not.toContain('x-banyan-explain');
  });

  test('asks twice in one request and is served too', async () => {
    const bytes = `GET /trips HTTP/1.1\r\nHost: a\r\nConnection: close\r\nx-banyan-explain: ${adminToken}\r\nX-Banyan-Explain: ${adminToken}\r\n\r\n`;
    const client = await openRawClient(facade.port, bytes);
    await client.ended;
    expect(client.received()).toContain('served');
    expect(JSON.stringify(seen)).not.toContain(adminToken);
  });

  test('may guess five times a minute; then a good token is worth nothing from there', async () => {
    for (let guess = 0; guess < 5; guess++)
      await fetch(`${facade.url}/trips`, { headers: { 'x-banyan-explain': `guess-${guess}` } });
    expect(await (await fetch(`${facade.url}/trips`, { headers: asking })).text()).toBe('served');
    const { body } = await facade.admin('GET', '/metrics');
    expect(body).toMatch(/facade_explanations_total\{answer="ignored"\} 5/);
    expect(body).toMatch(/facade_explanations_total\{answer="throttled"\} 1/);
  });
});

test('guesses are counted per address and forgotten after a minute', () => {
  let nowMs = 0;
  const asker = createExplainAsker({ token: new Secret('good'), nowMs: () => nowMs });
  for (let guess = 0; guess < 5; guess++) expect(asker.verdictOn('bad', 'a')).toBe('ignored');
  expect([asker.verdictOn('good', 'a'), asker.verdictOn('good', 'b')]).toEqual(['throttled', 'explained']);
  nowMs = 60_000;
  expect(asker.verdictOn('good', 'a')).toBe('explained');
});

test('a query that names nothing is not shown, for it may be a token', () => {
  expect(showRequest({ method: 'GET', target: '/reset?abcdef', headers: [] }).target).toBe('/reset?[redacted]');
});

test('the admin port explains a request that nobody sent, with what the side would get', async () => {
  const path = encodeURIComponent('/reports/july?a=1');
  const { body } = await facade.admin(
    'GET',
    `/explain?path=${path}&subject=42&host=api.example&header=x-gone:1&header=cookie:s3cret`,
  );
  expect(body).toMatchObject({
    decision: { routeId: 'reports' },
    buckets: null,
    request: { method: 'GET', target: '/internal/july?a=1' },
  });
  const { request } = body as { request: { headers: [string, string][] } };
  expect(request.headers).toContainEqual(['host', 'api.example']);
  expect(request.headers).toContainEqual(['cookie', '[redacted]']);
  expect(request.headers).toContainEqual(['x-shape', 'one']);
  expect(request.headers.map(([name]) => name)).not.toContain('x-gone');
});
