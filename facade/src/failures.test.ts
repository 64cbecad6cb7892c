import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from './testing/eventually.ts';
import { namedSide, startFacade, tripRules, type TestFacade } from './testing/facade.ts';
import { answering, openRawClient } from './testing/raw-sockets.ts';
import { createSides } from './testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

/** A facade that sends trips to a side that fails in some way; legacy is well and remembers what it was asked. */
async function facadeTo(trips: string): Promise<{ facade: TestFacade; legacySaw: string[] }> {
  const legacySaw: string[] = [];
  const legacy = await sides.node((request, response) => {
    legacySaw.push(`${request.method ?? ''} ${request.url ?? ''}`);
    namedSide('legacy')(request, response);
  });
  const rules = tripRules({ legacy, trips }).replace('headersMs: 2000', 'headersMs: 300');
  const facade = await startFacade({ rules });
  sides.onClose(() => facade.close());
  await facade.admin('PUT', '/overrides/trips', { side: 'extracted', reason: 'test' });
  return { facade, legacySaw };
}

interface Told {
  readonly status: number;
  readonly side: string | null;
  readonly fallback: string | null;
  readonly retryAfter: string | null;
  readonly type: unknown;
}

async function ask(facade: TestFacade, method: string, path: string, body?: string): Promise<Told> {
  const answer = await fetch(facade.url + path, { method, ...(body !== undefined && { body }) });
  const text = await answer.text();
  const isProblem = answer.headers.get('content-type') === 'application/problem+json';
  return {
    status: answer.status,
    side: answer.headers.get('x-banyan-side'),
    fallback: answer.headers.get('x-banyan-fallback'),
    retryAfter: answer.headers.get('retry-after'),
    type: isProblem ? (JSON.parse(text) as { type: unknown }).type : undefined,
  };
}

const served = { status: 200, side: 'legacy', retryAfter: null, type: undefined };
const unavailable = {
  status: 503,
  side: 'extracted',
  fallback: null,
  retryAfter: '1',
  type: '/problems/side-unavailable',
};

describe('the extracted side is down', () => {
  test('reads are served by legacy, which says so in a header and a metric', async () => {
    const { facade, legacySaw } = await facadeTo(await sides.absent());
    expect(await ask(facade, 'GET', '/trips/7')).toEqual({ ...served, fallback: 'connect-failed' });
    expect(legacySaw).toEqual(['GET /trips/7']);
    await eventually(async () => {
      const { body } = await facade.admin('GET', '/metrics');
      expect(body).toContain('facade_fallbacks_total{rule="trips.read",outcome="connect-failed"} 1');
      expect(body).toContain(
        'facade_requests_total{rule="trips.read",side="extracted",status_class="none",outcome="connect-failed"} 1',
      );
    });
  });

  test('a read with a body that nobody took yet is served by legacy, body and all', async () => {
    const { facade } = await facadeTo(await sides.absent());
    expect(await ask(facade, 'POST', '/routes', '{"waypoints":[]}')).toEqual({ ...served, fallback: 'connect-failed' });
  });

  test.each(['POST /trips', 'PUT /trips/7', 'PATCH /trips/7', 'DELETE /trips/7'])(
    '%s gets 503, a problem and Retry-After, and legacy sees nothing of it',
    async (request) => {
      const { facade, legacySaw } = await facadeTo(await sides.absent());
      const [method = '', path = ''] = request.split(' ');
      expect(await ask(facade, method, path, method === 'DELETE' ? undefined : '{}')).toEqual(unavailable);
      expect(legacySaw).toEqual([]);
    },
  );

  test('a WebSocket handshake is served by legacy too', async () => {
    const { facade, legacySaw } = await facadeTo(await sides.absent());
    const lines = [
      'GET /trips HTTP/1.1',
      'Host: a',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    ];
    const client = await openRawClient(facade.port, `${lines.join('\r\n')}\r\n\r\n`);
    await client.ended;
    expect(client.received()).toContain('x-banyan-fallback: connect-failed');
    expect(legacySaw).toEqual(['GET /trips']);
  });
});

describe('the extracted side fails otherwise', () => {
  const ways: readonly (readonly [
    how: string,
    onData: Parameters<typeof sides.raw>[0],
    status: number,
    label: string,
  ])[] = [
    ['never answers', () => undefined, 504, 'timed-out.headers'],
    ['cuts the connection', (socket) => socket.resetAndDestroy(), 502, 'upstream-cut.headers'],
    ['answers what is no HTTP', (socket) => socket.write('nonsense\r\n\r\n'), 502, 'answer-refused.headers'],
  ];

  test.each(ways)('it %s: reads fall back', async (_how, onData, _status, label) => {
    const side = await sides.raw(onData);
    const { facade } = await facadeTo(side.origin);
    expect(await ask(facade, 'GET', '/trips')).toEqual({ ...served, fallback: label });
  });

  test.each(ways)('it %s: a write is told that it may have been carried out', async (_how, onData, status) => {
    const side = await sides.raw(onData);
    const { facade, legacySaw } = await facadeTo(side.origin);
    expect(await ask(facade, 'POST', '/trips', '{}')).toMatchObject({
      status,
      side: 'extracted',
      fallback: null,
      retryAfter: null,
    });
    expect(legacySaw).toEqual([]);
  });

  test('an error that it answers with is its answer', async () => {
    const trips = await sides.node((_request, response) => response.writeHead(500).end());
    const { facade, legacySaw } = await facadeTo(trips);
    expect(await ask(facade, 'GET', '/trips')).toMatchObject({ status: 500, side: 'extracted', fallback: null });
    expect(legacySaw).toEqual([]);
  });

  test('an answer that breaks off in the middle is broken for the client, and nobody else is asked', async () => {
    const side = await sides.raw(answering('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf'));
    const { facade, legacySaw } = await facadeTo(side.origin);
    const answer = await fetch(`${facade.url}/trips`);
    side.reset();
    await expect(answer.text()).rejects.toThrow();
    expect(legacySaw).toEqual([]);
    await eventually(() =>
      expect(facade.servedLines()[0]).toMatchObject({
        outcome: 'upstream-cut.body',
        status: 0,
      }),
    );
  });
});

test('when legacy fails as well, the client is told so once', async () => {
  const [legacy, trips] = [await sides.absent(), await sides.absent()];
  const facade = await startFacade({ rules: tripRules({ legacy, trips }) });
  sides.onClose(() => facade.close());
  await facade.admin('PUT', '/overrides/trips', { side: 'extracted', reason: 'test' });
  expect(await ask(facade, 'GET', '/trips')).toEqual({ ...unavailable, side: 'legacy', fallback: 'connect-failed' });
});

test('a client that leaves is in the log as 499', async () => {
  const side = await sides.raw(() => undefined);
  const { facade } = await facadeTo(side.origin);
  const client = await openRawClient(facade.port, 'POST /trips HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n');
  await eventually(() => expect(side.received()).toContain('POST /trips'));
  client.socket.destroy();
  await eventually(() =>
    expect(facade.servedLines()[0]).toMatchObject({
      outcome: 'client-aborted.headers',
      status: 499,
    }),
  );
});

test('a client that stops in its body is told 408', async () => {
  const side = await sides.raw(() => undefined);
  const { facade } = await facadeTo(side.origin);
  const client = await openRawClient(facade.port, 'POST /trips HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf');
  await eventually(() => expect(client.received()).toMatch(/^HTTP\/1\.1 408 /));
  client.socket.destroy();
});

test('a head that is legal here and too large with our own headers is refused, and no side sees it', async () => {
  const heads: string[] = [];
  const legacy = await sides.raw((socket, soFar) => {
    heads.push(soFar.slice(soFar.lastIndexOf('GET /')));
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
  });
  const rules = tripRules({ legacy: legacy.origin, trips: await sides.absent() });
  const facade = await startFacade({ rules, env: { FACADE_HEADER_BYTES: '4096' } });
  sides.onClose(() => facade.close());
  const statusWith = async (fillLength: number): Promise<number> =>
    (await fetch(`${facade.url}/users/me`, { headers: { 'x-fill': 'f'.repeat(fillLength) } })).status;
  expect([await statusWith(3_000), await statusWith(3_800)]).toEqual([200, 431]);
  expect(heads).toHaveLength(1);
  expect(await statusWith(3_400)).toBe(200);
  expect(Math.max(...heads.map((head) => head.length))).toBeLessThanOrEqual(4_096);
});
