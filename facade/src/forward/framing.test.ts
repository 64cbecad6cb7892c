import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { answering, openRawClient } from '../testing/raw-sockets.ts';
import { createSides } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

describe('framing', () => {
  test.each(['DELETE', 'GET', 'OPTIONS', 'POST'])('a chunked %s cannot smuggle a second request', async (method) => {
    const urls: string[] = [];
    const origin = await sides.node((request, response) => {
      urls.push(`${request.method ?? ''} ${request.url ?? ''}`);
      void text(request).then((body) => response.end(body));
    });
    const { port } = await sides.forwarderTo(origin);
    const smuggled = 'GET /admin HTTP/1.1\r\nHost: a\r\n\r\n';
    const chunk = `${smuggled.length.toString(16)}\r\n${smuggled}\r\n0\r\n\r\n`;
    const client = await openRawClient(
      port,
      `${method} /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${chunk}`,
    );
    await eventually(() => expect(client.received()).toContain(smuggled));
    expect(urls).toEqual([`${method} /a`]);
    client.socket.destroy();
  });

  test.each([
    ['HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n'],
    ['GET', 'HTTP/1.1 204 No Content\r\n\r\n'],
    ['GET', 'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nContent-Length: 5\r\n\r\n'],
    ['GET', 'HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n'],
  ])('%s answered with %j has no body and the connection serves on', async (method, bytes) => {
    const side = await sides.raw((socket) => socket.write(bytes));
    const { port } = await sides.forwarderTo(side.origin);
    const client = await openRawClient(port, `${method} /1 HTTP/1.1\r\nHost: a\r\n\r\n`);
    await eventually(() => expect(client.received()).toContain('\r\n\r\n'));
    const [, rest] = client.received().split('\r\n\r\n');
    expect(rest).toBe('');
    client.socket.write(`${method} /2 HTTP/1.1\r\nHost: a\r\n\r\n`);
    await eventually(() => expect(client.received().split('HTTP/1.1 ')).toHaveLength(3));
    client.socket.destroy();
  });

  test('the length of a HEAD answer is passed on', async () => {
    const side = await sides.raw(answering('HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n'));
    const { url } = await sides.forwarderTo(side.origin);
    expect((await fetch(url, { method: 'HEAD' })).headers.get('content-length')).toBe('12345');
  });

  test('trailers of the answer are passed on, except those that frame or authenticate', async () => {
    const side = await sides.raw(
      answering(
        'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 42\r\nSet-Cookie: a=b\r\n\r\n',
      ),
    );
    const { url } = await sides.forwarderTo(side.origin);
    const answer = await new Promise<IncomingMessage>((resolve) => httpRequest(url, resolve).end());
    expect(await text(answer)).toBe('ok');
    expect(answer.rawTrailers).toEqual(['X-Sum', '42']);
  });

  test('an answer without a length goes out in chunks', async () => {
    const side = await sides.raw(answering('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n'));
    const { url } = await sides.forwarderTo(side.origin);
    const pending = fetch(url);
    const answer = await pending;
    expect([answer.status, answer.headers.get('transfer-encoding')]).toEqual([200, 'chunked']);
    await answer.body?.cancel();
  });

  test('Expect: 100-continue is answered when a side takes the body, and not passed on', async () => {
    const origin = await sides.node(
      (request, response) => void text(request).then((body) => response.end(body + String(request.headers.expect))),
    );
    const { url } = await sides.forwarderTo(origin);
    const asked = httpRequest(url, { method: 'POST', headers: { expect: '100-continue', 'content-length': '4' } });
    asked.flushHeaders();
    await once(asked, 'continue');
    asked.end('body');
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    expect(await text(answer)).toBe('bodyundefined');
  });

  test('Expect: 100-continue is not answered when no side is there', async () => {
    const { url } = await sides.forwarderTo(await sides.absent());
    const asked = httpRequest(url, { method: 'POST', headers: { expect: '100-continue', 'content-length': '4' } });
    asked.on('continue', () => expect.unreachable('the client was asked for its body'));
    asked.on('error', () => undefined);
    asked.flushHeaders();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];
    expect(answer.statusCode).toBe(599);
    asked.destroy();
  });
});
