import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { eventually } from '../testing/eventually.ts';
import { answering, openRawClient } from '../testing/raw-sockets.ts';
import { createSides } from '../testing/sides.ts';
import { doorTo, echoSide, handshake } from '../testing/upgrade-door.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

describe('a WebSocket through the facade', () => {
  test('echoes text, binary and large messages, and ping', async () => {
    const { origin } = await echoSide(sides);
    const { port, outcomes } = await doorTo(sides, origin);
    const client = new WebSocket(`ws://127.0.0.1:${port}/ws`);
    await once(client, 'open');
    for (const message of [Buffer.from('hello'), Buffer.alloc(3 << 20, 'x')]) {
      client.send(message);
      const [echo] = (await once(client, 'message')) as [Buffer];
      expect(Buffer.compare(echo, message)).toBe(0);
    }
    client.ping();
    await once(client, 'pong');
    client.close(1000);
    expect((await once(client, 'close'))[0]).toBe(1000);
    await eventually(() => expect(outcomes).toEqual([{ kind: 'completed', status: 101 }]));
  });

  test("asks the side for exactly the path that was decided on, with our headers and without the client's claims", async () => {
    const { origin, requests } = await echoSide(sides);
    const { port } = await doorTo(sides, origin);
    const client = new WebSocket(`ws://127.0.0.1:${port}/a/http:/b//c?d=e//f`, {
      headers: { 'x-forwarded-for': '6.6.6.6', 'x-banyan-side': 'legacy' },
    });
    const [[answer]] = (await Promise.all([once(client, 'upgrade'), once(client, 'open')])) as [[IncomingMessage], []];
    expect(requests[0]?.url).toBe('/a/http:/b//c?d=e//f');
    expect(requests[0]?.headers).toMatchObject({ 'x-forwarded-for': '127.0.0.1', 'x-request-id': 'request-1' });
    expect(requests[0]?.headers['x-banyan-side']).toBeUndefined();
    expect(answer.headers['x-banyan-side']).toBe('extracted');
    client.terminate();
  });

  test("a client that vanishes takes the side's connection with it", async () => {
    const { origin, server } = await echoSide(sides);
    const { port, upgrader } = await doorTo(sides, origin);
    const client = new WebSocket(`ws://127.0.0.1:${port}/`);
    await once(client, 'open');
    expect(upgrader.openCount).toBe(1);
    client.terminate();
    await eventually(() => expect(server.clients.size).toBe(0));
    await eventually(() => expect(upgrader.openCount).toBe(0));
  });

  test("a side that vanishes takes the client's connection with it", async () => {
    const { origin, server } = await echoSide(sides);
    const { port } = await doorTo(sides, origin);
    const client = new WebSocket(`ws://127.0.0.1:${port}/`);
    await once(client, 'open');
    server.clients.forEach((peer) => peer.terminate());
    expect((await once(client, 'close'))[0]).toBe(1006);
  });

  test('bytes that the client sends right behind its handshake are not lost', async () => {
    const side = await sides.raw((socket, soFar) => {
      if (soFar.endsWith('early'))
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nseen');
      else if (!soFar.includes('early'))
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
    });
    const { port } = await doorTo(sides, side.origin);
    const client = await openRawClient(port, `${handshake}early`);
    await eventually(() => expect(side.received()).toMatch(/\r\n\r\nearly$/));
    client.socket.destroy();
  });
});

describe('a handshake that comes to nothing', () => {
  test.each([
    [
      'with a length',
      'HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\nno',
      'no',
    ],
    [
      'in chunks',
      'HTTP/1.1 403 Forbidden\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n',
      '2\r\nno\r\n0\r\n\r\n',
    ],
  ])('a plain answer of the side %s reaches the client, framed correctly', async (_how, bytes, body) => {
    const side = await sides.raw(answering(bytes));
    const { port, outcomes } = await doorTo(sides, side.origin);
    const client = await openRawClient(port, handshake);
    expect(await client.ended).toBe('end');
    expect(client.received()).toMatch(/^HTTP\/1\.1 403 /);
    expect(client.received().split('\r\n\r\n').slice(1).join('\r\n\r\n')).toBe(body);
    expect(outcomes).toEqual([{ kind: 'completed', status: 403 }]);
  });

  test('nobody listens: connect-failed, and the client can still be answered', async () => {
    const { port, outcomes } = await doorTo(sides, await sides.absent());
    const client = await openRawClient(port, handshake);
    expect(await client.ended).toBe('end');
    expect(client.received()).toContain('connect-failed');
    expect(outcomes).toEqual([{ kind: 'connect-failed', code: 'ECONNREFUSED' }]);
  });

  test('the side never answers: timed-out in headers', async () => {
    const side = await sides.raw(() => undefined);
    const { port } = await doorTo(sides, side.origin, { headersMs: 100 });
    const client = await openRawClient(port, handshake);
    await client.ended;
    expect(client.received()).toContain('timed-out.headers');
  });

  test('the side cuts: upstream-cut in headers', async () => {
    const side = await sides.raw((socket) => socket.resetAndDestroy());
    const { port } = await doorTo(sides, side.origin);
    const client = await openRawClient(port, handshake);
    await client.ended;
    expect(client.received()).toContain('upstream-cut.headers');
  });

  test('a plain answer that is cut is no complete answer', async () => {
    const side = await sides.raw(answering('HTTP/1.1 403 Forbidden\r\nContent-Length: 10\r\n\r\nhalf'));
    const { port, outcomes } = await doorTo(sides, side.origin);
    const client = await openRawClient(port, handshake);
    await eventually(() => expect(client.received()).toContain('half'));
    side.reset();
    await client.ended;
    expect(outcomes).toMatchObject([{ kind: 'upstream-cut', phase: 'body' }]);
  });

  test('the client left before it was known where it goes: client-aborted, and no side is asked', async () => {
    const side = await sides.raw(() => undefined);
    const { port, outcomes } = await doorTo(sides, side.origin, {
      before: (socket) => once(socket.destroy(), 'close'),
    });
    await openRawClient(port, handshake);
    await eventually(() => expect(outcomes).toEqual([{ kind: 'client-aborted', phase: 'connect' }]));
    expect(side.connectionCount()).toBe(0);
  });

  test("the client leaves first: client-aborted, and the side's connection ends", async () => {
    const side = await sides.raw(() => undefined);
    const { port, outcomes } = await doorTo(sides, side.origin);
    const client = await openRawClient(port, handshake);
    await eventually(() => expect(side.received()).toContain('GET /ws'));
    client.socket.resetAndDestroy();
    await eventually(() => expect(outcomes).toEqual([{ kind: 'client-aborted', phase: 'headers' }]));
    await eventually(() => expect(side.openCount()).toBe(0));
  });
});
