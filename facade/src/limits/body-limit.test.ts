import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { statusesIn } from '../testing/conformance.ts';
import { startFacade, type TestFacade } from '../testing/facade.ts';
import { startHttp2Facade } from '../testing/http2-client.ts';
import { openRawClient, type RawServer } from '../testing/raw-sockets.ts';
import { createSides, okBytes } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(async () => {
  vi.useRealTimers();
  await sides.close();
});

const rulesTo = (origin: string, protocol = 'http1'): string => `
version: 1
upstreams: { legacy: { side: legacy, url: ${origin}, protocol: ${protocol}, retries: { count: 3 } } }
defaults: { upstream: legacy, limits: { bodyBytes: 1000 } }
routes:
  - { id: free, methods: [POST], path: /free, upstream: legacy, limits: { bodyBytes: none } }
  - { id: large, methods: [POST], path: /large, upstream: legacy, limits: { bodyBytes: 2000000 } }
  - { id: kept, methods: [GET], path: /kept, upstream: legacy, cache: true }
  - { id: joined, methods: [GET], path: /joined, aggregate: { parts: { kept: { path: /kept } } } }
`;

/** A side that answers when a whole message has come. */
async function aSide(): Promise<RawServer> {
  return sides.raw((socket, soFar) => {
    const isWhole = /transfer-encoding: chunked/i.test(soFar)
      ? soFar.endsWith('0\r\n\r\n')
      : soFar.includes('\r\n\r\n');
    if (isWhole) socket.write(okBytes);
  });
}

async function started(side: RawServer): Promise<TestFacade> {
  const facade = await startFacade({ rules: rulesTo(side.origin) });
  sides.onClose(() => facade.close());
  return facade;
}

const post = (path: string, lines: string, body = ''): string =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\n${lines}\r\n\r\n${body}`;
const chunk = (length: number): string => `${length.toString(16)}\r\n${'c'.repeat(length)}\r\n`;

describe('a body that says that it is too large', () => {
  test('is a 413 at once, and no side hears of it', async () => {
    const side = await aSide();
    const facade = await started(side);
    const client = await openRawClient(facade.port, post('/a', 'Content-Length: 1001'));
    await eventually(() => expect(client.received()).toMatch(/^HTTP\/1\.1 413 .*"type":"\/problems\/body-too-large"/s));
    expect(facade.servedLines()).toMatchObject([{ outcome: 'body-too-large.connect', status: 413 }]);
    expect([side.connectionCount(), side.received()]).toEqual([0, '']);
    client.socket.destroy();
  });

  test('is read to its end, so that its sender gets to the answer, and the connection serves the next request', async () => {
    const side = await aSide();
    const facade = await started(side);
    const bodyBytes = 8 << 20;
    const client = await openRawClient(facade.port, post('/a', `Content-Length: ${bodyBytes}`, 'b'.repeat(bodyBytes)));
    client.socket.write('GET /next HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => expect(statusesIn(client.received())).toEqual([413, 200]));
    expect(side.received()).toMatch(/^GET \/next HTTP\/1\.1\r\n/);
    client.socket.destroy();
  });

  test('is not read for ever', async () => {
    const facade = await started(await aSide());
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const client = await openRawClient(facade.port, post('/a', 'Content-Length: 99999999999', 'b'));
    await eventually(() => expect(statusesIn(client.received())).toEqual([413]));
    await vi.advanceTimersByTimeAsync(10_000);
    await client.ended;
  });

  test('is not asked for', async () => {
    const facade = await started(await aSide());
    const client = await openRawClient(facade.port, post('/a', 'Content-Length: 1001\r\nExpect: 100-continue'));
    expect(await client.ended).toBe('end');
    expect(statusesIn(client.received())).toEqual([413]);
  });

  test('of a WebSocket handshake, or of an aggregate, is none either', async () => {
    const side = await aSide();
    const facade = await started(side);
    const upgrade =
      'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13';
    for (const lines of [upgrade, 'X-Plain: 1']) {
      const bytes = `GET /joined HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n${lines}\r\n\r\n`;
      const client = await openRawClient(facade.port, bytes);
      await eventually(() => expect(statusesIn(client.received())).toEqual([413]));
      client.socket.destroy();
    }
    expect(side.connectionCount()).toBe(0);
  });

  test('is a 413 even where the answer is kept', async () => {
    const origin = await sides.node((_request, response) =>
      response.writeHead(200, { 'cache-control': 'max-age=60' }).end('kept'),
    );
    const facade = await startFacade({ rules: rulesTo(origin) });
    sides.onClose(() => facade.close());
    await (await fetch(`${facade.url}/kept`)).text();
    expect((await fetch(`${facade.url}/kept`)).headers.get('x-banyan-cache')).toBe('hit');
    const client = await openRawClient(facade.port, 'GET /kept HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n');
    await eventually(() => expect(statusesIn(client.received())).toEqual([413]));
    client.socket.destroy();
  });
});

describe('a body that turns out to be too large', () => {
  test('is a 413, and what its side has seen of it is a broken request that is not sent again', async () => {
    const side = await aSide();
    const facade = await started(side);
    const client = await openRawClient(facade.port, post('/a', 'Transfer-Encoding: chunked', chunk(1_000)));
    await eventually(() => expect(side.received()).toContain('c'.repeat(1_000)));
    client.socket.write(`${chunk(1)}0\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n`);
    await eventually(() => expect(statusesIn(client.received())).toEqual([413, 200]));
    expect(side.received().match(/POST \/a/g)).toHaveLength(1);
    expect(side.received()).not.toContain('\r\n0\r\n\r\n');
    expect(facade.servedLines()[0]).toMatchObject({ outcome: 'body-too-large.headers', status: 413 });
    client.socket.destroy();
  });

  test('is refused at its first byte above, however small its pieces are', async () => {
    const side = await aSide();
    const facade = await started(side);
    const client = await openRawClient(facade.port, post('/a', 'Transfer-Encoding: chunked', chunk(1).repeat(1_001)));
    await eventually(() => expect(statusesIn(client.received())).toEqual([413]));
    const [, body = ''] = side.received().split('\r\n\r\n');
    expect((body.match(/c/g) ?? []).length).toBeLessThanOrEqual(1_000);
    client.socket.destroy();
  });

  test.each([
    ['/a', 1_000],
    ['/large', 1_000_000],
    ['/free', 3_000_000],
  ])('goes through %s with %s bytes, which its rule allows', async (path, length) => {
    const side = await aSide();
    const facade = await started(side);
    const whole = await fetch(facade.url + path, { method: 'POST', body: 'c'.repeat(length) });
    expect(whole.status).toBe(200);
    const client = await openRawClient(
      facade.port,
      post(path, 'Transfer-Encoding: chunked', `${chunk(length)}0\r\n\r\n`),
    );
    await eventually(() => expect(statusesIn(client.received())).toEqual([200]));
    client.socket.destroy();
  });
});

describe.each(['http1', 'h2'])('over HTTP/2, to a side of %s', (protocol) => {
  async function reached() {
    const started: string[] = [];
    const origin = await (protocol === 'h2' ? http2Side(started) : http1Side(started));
    const { facade, client } = await startHttp2Facade(sides, { rules: rulesTo(origin, protocol) });
    return { facade, client, started };
  }
  const http1Side = (started: string[]) =>
    sides.node((request, response) => {
      started.push(request.url ?? '');
      request.on('error', () => undefined).resume();
      request.on('end', () => response.end('ok'));
    });
  async function http2Side(started: string[]): Promise<string> {
    const server = createServer().on('stream', (stream, fields) => {
      started.push(fields[':path'] ?? '');
      stream.on('error', () => undefined).resume();
      stream.on('end', () => !stream.aborted && stream.end('ok'));
    });
    server.on('session', (session) => sides.onClose(() => session.destroy()));
    server.listen(0, '127.0.0.1');
    sides.onClose(() => void server.close());
    await once(server, 'listening');
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  test('a length that is too large is a 413 at once, and the connection goes on', async () => {
    const { client, started } = await reached();
    const stream = client.request({ ':method': 'POST', ':path': '/a', 'content-length': '1001' });
    const [head] = (await once(stream, 'response')) as [IncomingHttpHeaders & { ':status'?: number }];
    expect([head[':status'], JSON.parse(await text(stream))]).toMatchObject([
      413,
      { type: '/problems/body-too-large' },
    ]);
    const next = client.request({ ':path': '/next' });
    expect(await text(next)).toBe('ok');
    expect(started).toEqual(['/next']);
  });

  test('a body without a length is counted, and cut where it goes too far', async () => {
    const { client, facade, started } = await reached();
    const stream = client.request({ ':method': 'POST', ':path': '/a' });
    stream.write('c'.repeat(1_000));
    await eventually(() => expect(started).toEqual(['/a']));
    stream.write('c');
    const [head] = (await once(stream, 'response')) as [IncomingHttpHeaders & { ':status'?: number }];
    expect(head[':status']).toBe(413);
    stream.close();
    await eventually(() => expect(facade.servedLines()[0]).toMatchObject({ outcome: 'body-too-large.headers' }));
    const next = client.request({ ':path': '/next' });
    expect(await text(next)).toBe('ok');
  });
});
