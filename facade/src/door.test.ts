import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket, WebSocketServer } from 'ws';
import { eventually } from './testing/eventually.ts';
import { startFacade, tripRules, type TestFacade } from './testing/facade.ts';
import { openRawClient } from './testing/raw-sockets.ts';
import { createSides } from './testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

async function facadeBefore(legacy: string, env: Readonly<Record<string, string>> = {}): Promise<TestFacade> {
  const facade = await startFacade({ rules: tripRules({ legacy, trips: await sides.absent() }), env });
  sides.onClose(() => facade.close());
  return facade;
}

/** What comes back for bytes, once the facade has closed the connection. */
async function closedAnswer(port: number, bytes: string): Promise<string> {
  const client = await openRawClient(port, bytes);
  await client.ended;
  return client.received();
}

describe('what two servers could read differently never reaches a side', () => {
  const target = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  const post = (lines: string, body = ''): string => `POST /trips HTTP/1.1\r\nHost: a\r\n${lines}\r\n\r\n${body}`;

  test.each([
    ['a length and a coding', post('Content-Length: 5\r\nTransfer-Encoding: chunked', '0\r\n\r\n')],
    ['two lengths', post('Content-Length: 5\r\nContent-Length: 6', 'hello!')],
    ['the same length twice', post('Content-Length: 5\r\nContent-Length: 5', 'hello')],
    ['a list of lengths', post('Content-Length: 5, 5', 'hello')],
    ['a signed length', post('Content-Length: +5', 'hello')],
    ['an unknown coding', post('Transfer-Encoding: xchunked', '0\r\n\r\n')],
    ['a coding after chunked', post('Transfer-Encoding: chunked, identity', '0\r\n\r\n')],
    ['two codings', post('Transfer-Encoding: gzip, chunked', '0\r\n\r\n')],
    ['codings on two lines', post('Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked', '0\r\n\r\n')],
    ['a space before the colon', post('Transfer-Encoding : chunked', '0\r\n\r\n')],
    ['a folded header', post('X-A: b\r\n c')],
    ['a bare line feed', 'GET / HTTP/1.1\nHost: a\n\n'],
    ['a bare carriage return', post('X-A: b\rX-C: d')],
    ['a NUL in a header', post('X-A: b\0c')],
    ['HTTP/1.0 with a coding', 'POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['no host', 'GET / HTTP/1.1\r\n\r\n'],
    ['two hosts', 'GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n'],
    ['a target for another host', 'GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['two tokens', 'GET / HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer x\r\nAuthorization: Bearer y\r\n\r\n'],
    ['an encoded slash', target('/users/a%2fb')],
    ['an encoded backslash', target('/users/a%5cb')],
    ['an encoded NUL', target('/users/a%00b')],
    ['a backslash', target('/users\\a')],
    ['parameters on a dot segment', target('/users/..;x=y/trips')],
    ['a path above the root', target('/../trips')],
    ['a percent sign alone', target('/users/%zz')],
    ['an asterisk', 'OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['TRACE', 'TRACE / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a target that is too long', target(`/${'a'.repeat(9_000)}`)],
    ['a head that is too large', target(`/ HTTP/1.1\r\nX-A: ${'a'.repeat(17_000)}`)],
    ['no HTTP', 'nonsense\r\n\r\n'],
  ])('%s', async (_what, bytes) => {
    let seenCount = 0;
    const facade = await facadeBefore(
      await sides.node((_request, response) => {
        seenCount += 1;
        response.end();
      }),
    );
    const smuggled = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
    expect(await closedAnswer(facade.port, bytes + smuggled)).toMatch(
      /^HTTP\/1\.1 4(00|05|14|31) [^]*"type":"\/problems\//,
    );
    expect(seenCount).toBe(0);
  });

  test('CONNECT is not served', async () => {
    const facade = await facadeBefore(await sides.absent());
    expect(await closedAnswer(facade.port, 'CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n')).toMatch(/^HTTP\/1\.1 405 /);
  });

  test('a broken chunk in the middle of an upload ends the request; its side sees no complete one', async () => {
    const side = await sides.raw(() => undefined);
    const facade = await facadeBefore(side.origin);
    const client = await openRawClient(
      facade.port,
      'POST /users HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n',
    );
    await eventually(() => expect(side.received()).toContain('first'));
    client.socket.write('zz\r\n');
    await client.ended;
    expect(client.received()).toMatch(/^HTTP\/1\.1 400 /);
    await eventually(() => expect(side.openCount()).toBe(0));
    expect(side.received()).not.toMatch(/\r\n0\r\n\r\n$/);
  });

  test('refusals are counted', async () => {
    const facade = await facadeBefore(await sides.absent());
    await closedAnswer(facade.port, target('/%2f'));
    await closedAnswer(facade.port, 'nonsense\r\n\r\n');
    const { body } = await facade.admin('GET', '/metrics');
    expect(body).toContain('facade_refusals_total{reason="ambiguous-path"} 1');
    expect(body).toContain('facade_refusals_total{reason="HPE_INVALID_METHOD"} 1');
  });
});

describe('upgrades', () => {
  test('a WebSocket goes where its rule says', async () => {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await once(server, 'listening');
    sides.onClose(() => server.close());
    server.on('connection', (socket, request) => {
      socket.on('message', (message) => socket.send(`${request.url ?? ''} ${(message as Buffer).toString()}`));
    });
    const facade = await facadeBefore(`http://127.0.0.1:${(server.address() as { port: number }).port}`);
    const client = new WebSocket(`ws://127.0.0.1:${facade.port}/users//live`);
    await once(client, 'open');
    client.send('hello');
    expect(String((await once(client, 'message'))[0])).toBe('/users/live hello');
    expect((await facade.admin('GET', '/metrics')).body).toContain('facade_upgrades_open{side="legacy"} 1');
    client.close();
    await eventually(() =>
      expect(facade.servedLines()[0]).toMatchObject({ rule: 'users', status: 101, outcome: 'completed' }),
    );
  });

  test.each([
    ['without a body', 'GET /users/1 HTTP/1.1', ''],
    ['with a body', 'POST /users/1 HTTP/1.1', 'Content-Length: 5\r\n'],
  ])('an offer of h2c %s is ignored, and the request served', async (_how, line, length) => {
    const seen: IncomingMessage['headers'][] = [];
    const legacy = await sides.node((request, response) => {
      seen.push(request.headers);
      void text(request).then((body) => response.end(`got ${body}.`));
    });
    const facade = await facadeBefore(legacy);
    const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n';
    const client = await openRawClient(facade.port, `${line}\r\nHost: a\r\n${offer}${length}\r\n${length && 'hello'}`);
    await eventually(() => expect(client.received()).toContain(`got ${length && 'hello'}.`));
    expect(seen[0]).not.toHaveProperty('upgrade');
    expect(seen[0]).not.toHaveProperty('http2-settings');
    client.socket.write('GET /users/2 HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => expect(seen).toHaveLength(2));
    client.socket.destroy();
  });

  test('a handshake whose path is ambiguous is refused', async () => {
    const facade = await facadeBefore(await sides.absent());
    const lines =
      'Host: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n';
    expect(await closedAnswer(facade.port, `GET /a%2fb HTTP/1.1\r\n${lines}\r\n`)).toMatch(
      /^HTTP\/1\.1 400 [^]*ambiguous-path/,
    );
  });
});

describe('the end', () => {
  test('requests under way finish, new connections are not taken, and nothing of the answer is lost', async () => {
    let finish: (() => void) | undefined;
    const legacy = await sides.node((_request, response) => {
      finish = () =>
        void response
          .writeHead(200, [
            ['Set-Cookie', 'a=1'],
            ['Set-Cookie', 'b=2'],
          ])
          .end('done');
    });
    const facade = await startFacade({ rules: tripRules({ legacy, trips: await sides.absent() }) });
    const asked = httpRequest(`${facade.url}/users`).end();
    await eventually(() => expect(finish).toBeDefined());
    const closed = facade.close();
    await eventually(async () => {
      await expect(openRawClient(facade.port).then(({ socket }) => socket.destroy())).rejects.toThrow('ECONNREFUSED');
    });
    finish?.();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    expect([await text(answer), answer.headers['set-cookie'], answer.headers.connection]).toEqual([
      'done',
      ['a=1', 'b=2'],
      'close',
    ]);
    await closed;
  });

  test('a request that does not finish in time is cut', async () => {
    const legacy = await sides.node(() => undefined);
    const facade = await startFacade({
      rules: tripRules({ legacy, trips: await sides.absent() }),
      env: { FACADE_DRAIN_MS: '50' },
    });
    const client = await openRawClient(facade.port, 'GET /users HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(async () =>
      expect((await facade.admin('GET', '/metrics')).body).toContain('facade_requests_in_flight 1'),
    );
    await facade.close();
    expect(await client.ended).toBe('end');
  });
});
