import type { RequestListener } from 'node:http';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { startFacade, type TestFacade } from '../testing/facade.ts';
import { openRawClient } from '../testing/raw-sockets.ts';
import { createSides } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

interface Asked {
  readonly side: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Sides that answer by path, and say what they were asked. */
function listening(side: string, asked: Asked[], answers: Readonly<Record<string, RequestListener>>): RequestListener {
  return (request, response) => {
    asked.push({ side, url: request.url ?? '', headers: request.headers });
    const answer = answers[(request.url ?? '').split('?')[0] ?? ''];
    request.resume();
    if (answer) answer(request, response);
    else response.writeHead(404, { 'content-type': 'application/json' }).end('{}');
  };
}

function json(text: string, headers: Readonly<Record<string, string>> = {}): RequestListener {
  return (_request, response) =>
    void response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(text);
}

const someParts = `
      trip: { path: '/trips/{tripId}', required: true }
      vehicle: { path: '/vehicles/{vehicle}', query: [fields], timeoutMs: 300, maxBytes: 1000 }`;

async function aFacade(legacy: string, trips: string, parts = someParts): Promise<TestFacade> {
  const facade = await startFacade({
    rules: `
version: 1
upstreams:
  legacy: { side: legacy, url: ${legacy} }
  trips: { side: extracted, url: ${trips} }
defaults: { upstream: legacy, timeouts: { connectMs: 2000, headersMs: 2000, bodyIdleMs: 2000, totalMs: 10000 } }
capabilities:
  trips: { flag: trips.cutover, stage: live, handover: immediate, legacy: legacy, extracted: trips }
routes:
  - id: overview
    methods: [GET]
    path: /overview/{tripId}
    aggregate:
      query: [vehicle]
      parts:${parts.replaceAll('\n', '\n  ')}
  - { id: trips.read, methods: [GET], path: '/trips/{tripId}', capability: trips }
  - { id: vehicles.read, methods: [GET], path: '/vehicles/{vehicleId}', upstream: legacy }
`,
  });
  sides.onClose(() => facade.close());
  return facade;
}

const legacyAnswers = {
  '/trips/7': json('{"from":"legacy"}'),
  '/vehicles/v1': json('{"seats": 12345678901234567890}'),
};

describe('an aggregate', () => {
  test('joins the answers of its parts into one document, each as it came', async () => {
    const asked: Asked[] = [];
    const facade = await aFacade(await sides.node(listening('legacy', asked, legacyAnswers)), await sides.absent());
    const answer = await fetch(`${facade.url}/overview/7?vehicle=v1&fields=a&fields=b&secret=1`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json']);
    expect(await answer.text()).toBe(
      '{"trip":{"from":"legacy"},"vehicle":{"seats": 12345678901234567890},"errors":{}}',
    );
    expect(asked.map(({ url }) => url).toSorted()).toEqual(['/trips/7', '/vehicles/v1?fields=a&fields=b']);
    expect(answer.headers.get('x-banyan-side')).toBe('trip=legacy, vehicle=legacy');
  });

  test('sends each part to the side that serves this caller', async () => {
    const asked: Asked[] = [];
    const legacy = await sides.node(listening('legacy', asked, legacyAnswers));
    const trips = await sides.node(listening('trips', asked, { '/trips/7': json('{"from":"trips"}') }));
    const facade = await aFacade(legacy, trips);
    await facade.admin('PUT', '/overrides/trips', { side: 'extracted', subject: '42', reason: 'test' });
    const authorization = `Bearer ${await facade.issuer.tokenFor('42')}`;
    const moved = await fetch(`${facade.url}/overview/7?vehicle=v1`, { headers: { authorization } });
    expect(moved.headers.get('x-banyan-side')).toBe('trip=extracted, vehicle=legacy');
    expect(await moved.json()).toMatchObject({ trip: { from: 'trips' } });
    const other = await fetch(`${facade.url}/overview/7?vehicle=v1`);
    expect(await other.json()).toMatchObject({ trip: { from: 'legacy' } });
  });

  test('sends the credentials and the trace of the client with each part, and nothing about its body or its copy', async () => {
    const asked: Asked[] = [];
    const facade = await aFacade(await sides.node(listening('legacy', asked, legacyAnswers)), await sides.absent());
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    await fetch(`${facade.url}/overview/7?vehicle=v1`, {
      headers: {
        ...{ authorization: 'Bearer x', cookie: 'sid=1', 'accept-language': 'de', 'x-request-id': 'the-id' },
        ...{ traceparent: `00-${traceId}-b7ad6b7169203331-01`, 'if-none-match': '"1"', range: 'bytes=0-1' },
      },
    });
    expect(asked.length).toBe(2);
    for (const { headers } of asked) {
      expect(headers).toMatchObject({ authorization: 'Bearer x', cookie: 'sid=1', 'accept-language': 'de' });
      expect([headers['x-request-id'], String(headers['traceparent']).slice(3, 35)]).toEqual(['the-id', traceId]);
      expect([headers['if-none-match'], headers['range'], headers['accept-encoding']]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    }
  });

  test('is one line in the log, and its parts are counted', async () => {
    const asked: Asked[] = [];
    const facade = await aFacade(await sides.node(listening('legacy', asked, legacyAnswers)), await sides.absent());
    await (await fetch(`${facade.url}/overview/7`)).text();
    await eventually(() => expect(facade.servedLines().length).toBe(1));
    expect(facade.servedLines()[0]).toMatchObject({ rule: 'overview', status: 200, outcome: 'completed' });
    const metrics = (await facade.admin('GET', '/metrics')).body as string;
    expect(metrics).toContain(
      'facade_aggregate_parts_total{rule="overview",part="trip",side="legacy",outcome="there"} 1',
    );
    expect(metrics).toContain(
      'facade_aggregate_parts_total{rule="overview",part="vehicle",side="none",outcome="refused"} 1',
    );
  });

  test('answers HEAD without a body', async () => {
    const facade = await aFacade(await sides.node(listening('legacy', [], legacyAnswers)), await sides.absent());
    const head = await fetch(`${facade.url}/overview/7?vehicle=v1`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '80', '']);
  });

  test('falls back to legacy part by part', async () => {
    const facade = await aFacade(await sides.node(listening('legacy', [], legacyAnswers)), await sides.absent());
    await facade.admin('PUT', '/overrides/trips', { side: 'extracted', reason: 'test' });
    const answer = await fetch(`${facade.url}/overview/7?vehicle=v1`);
    expect(await answer.json()).toMatchObject({ trip: { from: 'legacy' }, errors: {} });
  });
});

describe('a part that is missing', () => {
  const cases: readonly (readonly [string, RequestListener, object])[] = [
    ['that is none', (_request, response) => void response.writeHead(404).end(), { status: 404, kind: 'answered' }],
    ['whose side fails', (_request, response) => void response.writeHead(500).end(), { status: 500, kind: 'answered' }],
    ['that is no JSON', (_request, response) => void response.end('{}'), { status: 502, kind: 'not-json' }],
    ['that calls itself JSON', json('{"a":'), { status: 502, kind: 'not-json' }],
    ['that is compressed all the same', json('{}', { 'content-encoding': 'gzip' }), { status: 502, kind: 'not-json' }],
    ['that is too large', json(JSON.stringify('x'.repeat(1_000))), { status: 502, kind: 'too-large' }],
    ['that does not come in time', () => undefined, { status: 504, kind: 'timed-out' }],
    ['that breaks off', (request) => void request.socket.destroy(), { status: 502, kind: 'broken' }],
  ];

  test.each(cases)('%s is null, with the reason beside it', async (_title, vehicle, error) => {
    const legacy = listening('legacy', [], { ...legacyAnswers, '/vehicles/v1': vehicle });
    const facade = await aFacade(await sides.node(legacy), await sides.absent());
    const answer = await fetch(`${facade.url}/overview/7?vehicle=v1`);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ trip: { from: 'legacy' }, vehicle: null, errors: { vehicle: error } });
  });

  test.each(['', '?vehicle=', '?vehicle=..', '?vehicle=a%2Fb', '?vehicle=..%2F..%2Fadmin', '?vehicle=%2e%2e'])(
    'since the query %j has no segment for it, is refused and no side is asked for it',
    async (query) => {
      const asked: Asked[] = [];
      const facade = await aFacade(await sides.node(listening('legacy', asked, legacyAnswers)), await sides.absent());
      const answer = await fetch(`${facade.url}/overview/7${query}`);
      expect(await answer.json()).toMatchObject({
        vehicle: null,
        errors: { vehicle: { status: 400, kind: 'refused' } },
      });
      expect(asked.map(({ url }) => url)).toEqual(['/trips/7']);
    },
  );

  test('and required makes the whole a 504 when it was late', async () => {
    const parts = `\n      trip: { path: '/trips/{tripId}', required: true, timeoutMs: 100 }`;
    const facade = await aFacade(await sides.node(() => undefined), await sides.absent(), parts);
    const answer = await fetch(`${facade.url}/overview/7`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([504, 'application/problem+json']);
    expect(await answer.json()).toMatchObject({
      type: '/problems/part-missing',
      status: 504,
      parts: { trip: { status: 504, title: 'Gateway Timeout', kind: 'timed-out' } },
    });
  });

  test.each([
    ['a 502 when the side fails', 500, 502],
    ['what the side says to the caller', 403, 403],
  ])('and required makes the whole %s', async (_title, status, expected) => {
    const trip: RequestListener = (_request, response) => void response.writeHead(status).end();
    const legacy = listening('legacy', [], { ...legacyAnswers, '/trips/7': trip });
    const facade = await aFacade(await sides.node(legacy), await sides.absent());
    const answer = await fetch(`${facade.url}/overview/7?vehicle=v1`);
    expect([answer.status, await answer.json()]).toMatchObject([expected, { parts: { trip: { status } } }]);
  });

  test('because it falls under the aggregate itself, is refused', async () => {
    const parts = `\n      again: { path: '/{tripId}/{vehicle}' }`;
    const facade = await aFacade(await sides.node(listening('legacy', [], {})), await sides.absent(), parts);
    const answer = await fetch(`${facade.url}/overview/overview?vehicle=x`);
    expect(await answer.json()).toMatchObject({ errors: { again: { status: 508, kind: 'refused' } } });
  });
});

test('a client that leaves takes all its parts with it', async () => {
  const closed: string[] = [];
  let askedCount = 0;
  const legacy = await sides.node((request) => {
    askedCount += 1;
    request.on('close', () => closed.push(request.url ?? ''));
  });
  const parts = `\n      trip: { path: '/trips/{tripId}' }\n      vehicle: { path: '/vehicles/{tripId}' }`;
  const facade = await aFacade(legacy, await sides.absent(), parts);
  const client = await openRawClient(facade.port, 'GET /overview/7 HTTP/1.1\r\nHost: a\r\n\r\n');
  await eventually(() => expect(askedCount).toBe(2));
  client.socket.destroy();
  await eventually(() => expect(closed.toSorted()).toEqual(['/trips/7', '/vehicles/7']));
  await eventually(() =>
    expect(facade.servedLines()).toMatchObject([{ status: 499, outcome: 'client-aborted.headers' }]),
  );
});

describe('the document may be kept by the client', () => {
  const answerWith = async (trip: string | undefined, vehicle: string | undefined) => {
    const control = (value: string | undefined) => (value === undefined ? {} : { 'cache-control': value });
    const legacy = listening('legacy', [], {
      '/trips/7': json('1', { ...control(trip), vary: 'X-A' }),
      '/vehicles/v1': json('2', control(vehicle)),
    });
    const facade = await aFacade(await sides.node(legacy), await sides.absent());
    const { headers } = await fetch(`${facade.url}/overview/7?vehicle=v1`);
    return [headers.get('cache-control'), headers.get('vary')];
  };

  test('for as long as all its parts may, and for this caller alone', async () => {
    expect(await answerWith('public, max-age=60', 'max-age=20')).toEqual([
      'private, max-age=20',
      'authorization, cookie, x-a',
    ]);
  });

  test.each([
    ['max-age=60', undefined],
    ['max-age=60', 'no-store, max-age=60'],
    ['no-cache, max-age=60', 'max-age=60'],
    ['max-age=60', 'max-age=0'],
  ])('but not with %j and %j', async (trip, vehicle) => {
    expect(await answerWith(trip, vehicle)).toEqual(['no-store', null]);
  });
});
