import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { writeFile } from 'node:fs/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../testing/eventually.ts';
import { adminToken, namedSide, startFacade, type TestFacade } from '../testing/facade.ts';
import { createSides } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

const once2 = '{ requests: { perSecond: 0.001, burst: 2 } }';

function rulesTo(origin: string, routes: string, { defaults = '{}', capability = '{}', anonymous = 'legacy' } = {}) {
  return `
version: 1
upstreams:
  legacy: { side: legacy, url: ${origin} }
  trips: { side: extracted, url: ${origin} }
defaults: { upstream: legacy, limits: ${defaults} }
capabilities:
  trips: { flag: trips.cutover, stage: live, handover: immediate, legacy: legacy, extracted: trips, anonymous: ${anonymous}, limits: ${capability} }
routes:
${routes}`;
}

const trips = `
  - { id: list, methods: [GET], path: /trips, capability: trips }
  - { id: read, methods: [GET], path: '/trips/{tripId}', capability: trips }
`;

async function started(
  routes: string,
  said: Parameters<typeof rulesTo>[2] = {},
  env: Readonly<Record<string, string>> = {},
): Promise<TestFacade> {
  const facade = await startFacade({ rules: rulesTo(await sides.node(namedSide('side')), routes, said), env });
  sides.onClose(() => facade.close());
  return facade;
}

type Headers = Readonly<Record<string, string>>;

async function statuses(
  facade: TestFacade,
  paths: readonly string[],
  headers: Headers = {},
): Promise<readonly number[]> {
  const found: number[] = [];
  for (const path of paths) found.push((await fetch(facade.url + path, { headers })).status);
  return found;
}

async function bearer(facade: TestFacade, subject: string): Promise<Headers> {
  return { authorization: `Bearer ${await facade.issuer.tokenFor(subject)}` };
}

describe('a caller who asks too often', () => {
  test('is no decision that was followed: his requests do not count towards the share of a side', async () => {
    const facade = await started(trips, { capability: '{ requests: { perSecond: 0.001, burst: 2 } }' });
    expect(await statuses(facade, ['/trips', '/trips', '/trips', '/trips'])).toEqual([200, 200, 429, 429]);
    const metrics = String((await facade.admin('GET', '/metrics')).body);
    expect(metrics.match(/^facade_decisions_total.*/gm)).toEqual([
      'facade_decisions_total{capability="trips",side="legacy",reason="anonymous"} 2',
    ]);
    expect(metrics).toMatch(/facade_requests_total\{.*outcome="rate-limited"\} 2/);
  });

  test('gets 429 with the time to wait and his limit, which every answer before has told him', async () => {
    const facade = await started(trips, { capability: '{ requests: { perSecond: 0.25, burst: 2 } }' });
    const answers = [
      await fetch(`${facade.url}/trips`),
      await fetch(`${facade.url}/trips/7`),
      await fetch(`${facade.url}/trips`),
    ];
    const fields = answers.map(({ status, headers }) => [
      status,
      headers.get('ratelimit-policy'),
      headers.get('ratelimit'),
      headers.get('retry-after'),
    ]);
    expect(fields).toEqual([
      [200, '"trips";q=2;w=8', '"trips";r=1;t=4', null],
      [200, '"trips";q=2;w=8', '"trips";r=0;t=4', null],
      [429, '"trips";q=2;w=8', '"trips";r=0;t=4', '4'],
    ]);
    expect(await answers[2]?.json()).toMatchObject({ type: '/problems/too-many-requests', status: 429 });
    expect(facade.servedLines().at(-1)).toMatchObject({ outcome: 'rate-limited', status: 429, rule: 'list' });
    const { body } = await facade.admin('GET', '/metrics');
    expect(body).toContain(
      'facade_requests_total{rule="list",side="legacy",status_class="4xx",outcome="rate-limited"} 1',
    );
    expect(body).toContain('facade_limited_callers 1');
  });

  test('is told nothing where nothing is limited', async () => {
    const facade = await started(trips);
    const { headers } = await fetch(`${facade.url}/trips`);
    expect([headers.get('ratelimit'), headers.get('ratelimit-policy')]).toEqual([null, null]);
  });

  test('is stopped at a WebSocket too', async () => {
    const facade = await started(trips, { capability: '{ requests: { perSecond: 0.001, burst: 1 } }' });
    await statuses(facade, ['/trips']);
    const client = new WebSocket(`ws://127.0.0.1:${facade.port}/trips`);
    client.on('error', () => undefined);
    const [, answer] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage];
    expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '1000']);
    answer.destroy();
  });

  test('is stopped although the answer is kept', async () => {
    const origin = await sides.node((_request, response) =>
      response.writeHead(200, { 'cache-control': 'max-age=60' }).end('kept'),
    );
    const route = `  - { id: kept, methods: [GET], path: /kept, upstream: legacy, cache: true, limits: ${once2} }`;
    const facade = await startFacade({ rules: rulesTo(origin, route) });
    sides.onClose(() => facade.close());
    expect(await statuses(facade, ['/kept', '/kept', '/kept'])).toEqual([200, 200, 429]);
  });

  test('is stopped at the parts of an aggregate, which count like requests of their own', async () => {
    const origin = await sides.node((_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('1'),
    );
    const joined = `  - { id: joined, methods: [GET], path: /joined, aggregate: { parts: { a: { path: /trips }, b: { path: /trips/7, required: true } } } }`;
    const facade = await startFacade({
      rules: rulesTo(origin, trips + joined, { capability: '{ requests: { perSecond: 0.001, burst: 3 } }' }),
    });
    sides.onClose(() => facade.close());
    expect(await (await fetch(`${facade.url}/joined`)).json()).toEqual({ a: 1, b: 1, errors: {} });
    const second = await fetch(`${facade.url}/joined`);
    expect([second.status, await second.json()]).toMatchObject([
      429,
      { parts: { b: { status: 429, kind: 'refused' } } },
    ]);
  });
});

describe('whose requests are counted together', () => {
  test('a verified caller has his own budget, wherever he calls from; all others share that of their address', async () => {
    const facade = await started(trips, { capability: once2 }, { FACADE_TRUSTED_PROXIES: '127.0.0.1' });
    const [one, other] = [await bearer(facade, '1'), await bearer(facade, '2')];
    const here = { 'x-forwarded-for': '1.1.1.1' };
    const there = { 'x-forwarded-for': '6.6.6.6, 2.2.2.2' };
    const thrice = ['/trips', '/trips', '/trips'];
    expect(await statuses(facade, thrice, { ...one, ...here })).toEqual([200, 200, 429]);
    expect(await statuses(facade, ['/trips'], { ...one, ...there })).toEqual([429]);
    expect(await statuses(facade, thrice, { ...other, ...here })).toEqual([200, 200, 429]);
    expect(await statuses(facade, thrice, here)).toEqual([200, 200, 429]);
    expect(await statuses(facade, thrice, { ...here, authorization: 'Bearer forged' })).toEqual([429, 429, 429]);
    expect(await statuses(facade, thrice, there)).toEqual([200, 200, 429]);
    expect(await statuses(facade, ['/trips'], { 'x-forwarded-for': '7.7.7.7, 2.2.2.2' })).toEqual([429]);
  });

  test('a stranger cannot make himself another one by what he says', async () => {
    const facade = await started(trips, { capability: once2, anonymous: 'cookie' });
    const claims = ['1.1.1.1', '2.2.2.2', '3.3.3.3'].map((address) => ({ 'x-forwarded-for': address }));
    const found = [];
    for (const headers of claims) {
      const answer = await fetch(`${facade.url}/trips`, { headers });
      found.push(answer.status);
      const [cookie = ''] = answer.headers.getSetCookie();
      if (answer.status === 200) expect(cookie).toContain('banyan_id=');
    }
    expect(found).toEqual([200, 200, 429]);
    const cookie = (await fetch(`${facade.url}/trips`)).headers.getSetCookie()[0]?.split(';')[0] ?? '';
    expect(await statuses(facade, ['/trips'], { cookie })).toEqual([429]);
  });

  test('by address, verified callers share it as well', async () => {
    const facade = await started(trips, { capability: '{ requests: { perSecond: 0.001, burst: 2, by: address } }' });
    for (const [subject, status] of [
      ['1', 200],
      ['2', 200],
      ['3', 429],
    ] as const)
      expect(await statuses(facade, ['/trips'], await bearer(facade, subject))).toEqual([status]);
  });

  test('a limit is one for all requests of the place that says it', async () => {
    const routes = `${trips}
  - { id: own, methods: [GET], path: /own, upstream: legacy, limits: ${once2} }
  - { id: fixed, methods: [GET], path: /fixed, upstream: legacy }
  - { id: free, methods: [GET], path: /free, upstream: legacy, limits: { requests: { perSecond: none } } }
`;
    const facade = await started(routes, { capability: once2, defaults: once2 });
    expect(await statuses(facade, ['/trips', '/trips/7', '/trips'])).toEqual([200, 200, 429]);
    expect(await statuses(facade, ['/own', '/own', '/own'])).toEqual([200, 200, 429]);
    expect(await statuses(facade, ['/fixed', '/nowhere', '/fixed', '/nowhere'])).toEqual([200, 200, 429, 429]);
    expect(await statuses(facade, ['/free', '/free', '/free'])).toEqual([200, 200, 200]);
  });

  test('a route that nothing is decided by asks who calls all the same', async () => {
    const facade = await started('  - { id: a, methods: [GET], path: /a, upstream: legacy }', { defaults: once2 });
    const thrice = ['/a', '/nowhere', '/a'];
    expect(await statuses(facade, thrice, await bearer(facade, '1'))).toEqual([200, 200, 429]);
    expect(await statuses(facade, thrice, await bearer(facade, '2'))).toEqual([200, 200, 429]);
    expect(facade.servedLines()[0]).toMatchObject({ caller: 'token' });
  });
});

test('new rules keep what a caller has used up', async () => {
  const facade = await started(trips, { capability: once2 });
  expect(await statuses(facade, ['/trips', '/trips'])).toEqual([200, 200]);
  const rules = rulesTo(await sides.node(namedSide('other')), trips, { capability: once2 });
  await writeFile(facade.rulesPath, rules);
  await eventually(() =>
    expect(facade.lines).toContainEqual(expect.objectContaining({ event: 'audit.rules-replaced' })),
  );
  expect(await statuses(facade, ['/trips'])).toEqual([429]);
});

test('an explanation tells the limits that hold, and takes nothing of them', async () => {
  const facade = await started(trips, { capability: once2, defaults: '{ bodyBytes: 1000 }' });
  const asking = { 'x-banyan-explain': adminToken };
  const limits = {
    bodyBytes: 1000,
    requests: { name: 'trips', place: 'capability', perSecond: 0.001, burst: 2, by: 'subject' },
  };
  for (let count = 0; count < 3; count++)
    expect(await (await fetch(`${facade.url}/trips`, { headers: asking })).json()).toMatchObject({ limits });
  expect((await facade.admin('GET', '/explain?path=/trips')).body).toMatchObject({ limits });
  expect((await facade.admin('GET', '/explain?path=/other')).body).toMatchObject({
    limits: { bodyBytes: 1000 },
  });
  expect(await statuses(facade, ['/trips', '/trips', '/trips'])).toEqual([200, 200, 429]);
});
