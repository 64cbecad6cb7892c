import { afterEach, describe, expect, test, vi } from 'vitest';
import { startFacade, type TestFacade } from '../testing/facade.ts';
import { createSides } from '../testing/sides.ts';
import { openRawClient } from '../testing/raw-sockets.ts';
import { eventually } from '../testing/eventually.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

const routes = `
routes:
  - id: trips.read
    methods: [GET]
    path: /trips/{tripId}
    capability: trips
    transform:
      request: { remove: [x-debug] }
      legacy:
        path: /api/fahrten/{tripId}
        request: { set: { x-client: public-api } }
        answer: { remove: [x-powered-by], set: { x-served: banyan } }
        cookiePath: { from: /api, to: / }
        cookieDomain: remove
  - { id: trips.create, methods: [POST], path: /trips, capability: trips, transform: { legacy: { path: /api/fahrten } } }
  - { id: socket, methods: [GET], path: '/live/{rest*}', upstream: legacy, transform: { path: '/ws/{rest*}' } }
`;

async function startWith(legacy: string, trips: string): Promise<TestFacade> {
  const facade = await startFacade({
    rules: `
version: 1
upstreams:
  legacy: { side: legacy, url: ${legacy} }
  trips: { side: extracted, url: ${trips} }
defaults: { upstream: legacy, timeouts: { connectMs: 2000, headersMs: 2000, bodyIdleMs: 2000, totalMs: 10000 } }
capabilities:
  trips: { flag: trips.cutover, stage: live, handover: immediate, legacy: legacy, extracted: trips }
${routes}`,
  });
  sides.onClose(() => facade.close());
  return facade;
}

interface Seen {
  readonly target: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

async function recordingSide(seen: Seen[], answerHeaders: readonly string[] = [], status = 200): Promise<string> {
  return sides.node((request, response) => {
    seen.push({ target: request.url ?? '', headers: request.headers });
    request.resume();
    response.writeHead(status, [...answerHeaders]).end();
  });
}

describe('a request in the shape of its side', () => {
  test('has the path and the headers that the side wants, and keeps its query', async () => {
    const seen: Seen[] = [];
    const facade = await startWith(await recordingSide(seen), await sides.absent());
    await fetch(`${facade.url}/trips/%37%20x?via=/trips/9`, { headers: { 'x-debug': '1', 'x-client': 'mine' } });
    expect(seen.map(({ target, headers }) => [target, headers['x-debug'], headers['x-client']])).toEqual([
      ['/api/fahrten/7%20x?via=/trips/9', undefined, 'public-api'],
    ]);
  });

  test('has the shape of legacy when it falls back there', async () => {
    const seen: Seen[] = [];
    const facade = await startWith(await recordingSide(seen), await sides.absent());
    await facade.admin('PUT', '/overrides/trips', { side: 'extracted', reason: 'test' });
    const answer = await fetch(`${facade.url}/trips/7`);
    expect([answer.status, answer.headers.get('x-banyan-fallback')]).toEqual([200, 'connect-failed']);
    expect(seen.map(({ target, headers }) => [target, headers['x-client']])).toEqual([
      ['/api/fahrten/7', 'public-api'],
    ]);
  });

  test('goes to the other side as that side wants it', async () => {
    const seen: Seen[] = [];
    const facade = await startWith(await sides.absent(), await recordingSide(seen));
    await facade.admin('PUT', '/overrides/trips', { side: 'extracted', reason: 'test' });
    await fetch(`${facade.url}/trips/7`, { headers: { 'x-debug': '1' } });
    expect(seen.map(({ target, headers }) => [target, headers['x-debug']])).toEqual([['/trips/7', undefined]]);
  });

  test('may be an upgrade', async () => {
    const legacy = await sides.raw((socket) => {
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    });
    const facade = await startWith(legacy.origin, await sides.absent());
    const handshake =
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==';
    await openRawClient(facade.port, `GET /live/a/b?x HTTP/1.1\r\nHost: a\r\n${handshake}\r\n\r\n`);
    await eventually(() => expect(legacy.received()).toMatch(/^GET \/ws\/a\/b\?x HTTP\/1\.1\r\n/));
  });
});

describe('an answer in the public shape', () => {
  test('has its headers removed and set, and duplicate cookies in their order', async () => {
    const legacy = await recordingSide(
      [],
      [...['X-Powered-By', 'COBOL', 'Set-Cookie', 'b=2; Path=/api/x; Domain=legacy', 'Set-Cookie', 'a=1; Path=/api']],
    );
    const facade = await startWith(legacy, await sides.absent());
    const answer = await fetch(`${facade.url}/trips/7`);
    expect([answer.headers.get('x-powered-by'), answer.headers.get('x-served')]).toEqual([null, 'banyan']);
    expect(answer.headers.getSetCookie()).toEqual(['b=2; Path=/x', 'a=1; Path=/']);
  });

  test('names what a write created by its public address, which another route serves', async () => {
    const legacy = await recordingSide([], ['Location', '/api/fahrten/8', 'Content-Location', '/api/fahrten/8'], 201);
    const facade = await startWith(legacy, await sides.absent());
    const answer = await fetch(`${facade.url}/trips`, { method: 'POST', body: 'x' });
    expect([answer.headers.get('location'), answer.headers.get('content-location')]).toEqual(['/trips/8', '/trips/8']);
  });

  test('names the host and scheme that a trusted proxy says the client asked', async () => {
    const legacy = await sides.node((_request, response) => {
      response.writeHead(201, { location: `${origin}/api/fahrten/8` }).end();
    });
    const origin = legacy;
    const facade = await startFacade({
      rules: `
version: 1
upstreams: { legacy: { side: legacy, url: ${legacy} } }
defaults: { upstream: legacy }
routes: [{ id: trips.read, methods: [GET], path: '/trips/{tripId}', transform: { path: '/api/fahrten/{tripId}' } }]
`,
      env: { FACADE_TRUSTED_PROXIES: '127.0.0.1' },
    });
    sides.onClose(() => facade.close());
    const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-host': 'fleet.example' };
    const answer = await fetch(`${facade.url}/trips/7`, { headers });
    expect(answer.headers.get('location')).toBe('https://fleet.example/trips/8');
    const direct = await fetch(`${facade.url}/trips/7`);
    expect(direct.headers.get('location')).toBe(`${facade.url}/trips/8`);
  });
});
