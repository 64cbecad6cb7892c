import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { openRawClient } from '../testing/raw-sockets.ts';
import { createSides, okBytes } from '../testing/sides.ts';
import { stillness } from '../testing/stillness.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

describe('streaming', () => {
  test('bodies larger than all buffers go through both ways, byte for byte', async () => {
    const origin = await sides.node((request, response) => void request.pipe(response));
    const { url } = await sides.forwarderTo(origin);
    const sent = Buffer.alloc(24 << 20, 'banyan');
    const answer = await fetch(url, { method: 'POST', body: sent });
    expect(Buffer.compare(Buffer.from(await answer.arrayBuffer()), sent)).toBe(0);
  });

  test('a slow reader slows the side down instead of filling memory', async () => {
    let writtenBytes = 0;
    const origin = await sides.node((_request, response) => {
      const fill = (): void => {
        while (writtenBytes < 512 << 20) {
          writtenBytes += 65_536;
          if (!response.write(Buffer.alloc(65_536))) return;
        }
        response.end();
      };
      response.on('drain', fill).on('error', () => undefined);
      fill();
    });
    const { port } = await sides.forwarderTo(origin);
    const client = await openRawClient(port);
    client.socket.pause();
    client.socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => expect(writtenBytes).toBeGreaterThan(0));
    await stillness(() => writtenBytes);
    expect(writtenBytes).toBeLessThan(64 << 20);
    client.socket.destroy();
  });

  test('an early answer reaches the client while it still uploads, and its connection serves on', async () => {
    const origin = await sides.node((request, response) => {
      if (request.url === '/next') response.end('next');
      else response.writeHead(413).end('too large');
    });
    const { port } = await sides.forwarderTo(origin);
    const client = await openRawClient(port, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhalf');
    await eventually(() => expect(client.received()).toContain('too large'));
    client.socket.write('-rest!GET /next HTTP/1.1\r\nHost: a\r\n\r\n');
    await eventually(() => expect(client.received()).toContain('next'));
    client.socket.destroy();
  });

  test('a refusal reaches a client that goes on sending 20 MiB', async () => {
    const origin = await sides.node((_request, response) => response.writeHead(413).end('too large'));
    const { url } = await sides.forwarderTo(origin);
    const answer = await fetch(url, { method: 'POST', body: Buffer.alloc(20 << 20) });
    expect([answer.status, await answer.text()]).toEqual([413, 'too large']);
  });

  test('server-sent events arrive one by one, past the total limit that ends other answers', async () => {
    let send: (event: string) => void = () => undefined;
    const origin = await sides.node((request, response) => {
      const type = request.url === '/events' ? 'text/event-stream; charset=utf-8' : 'text/plain';
      response.writeHead(200, { 'content-type': type }).flushHeaders();
      if (request.url === '/events') send = (event) => void response.write(event);
    });
    const { url, outcomes } = await sides.forwarderTo(origin, { timeouts: { totalMs: 150 } });
    const events = (await fetch(`${url}/events`)).body?.getReader();
    const nextEvent = async (): Promise<string> => Buffer.from((await events?.read())?.value ?? []).toString();
    send('data: 1\n\n');
    expect(await nextEvent()).toBe('data: 1\n\n');
    await expect((await fetch(`${url}/plain`)).text()).rejects.toThrow();
    expect(outcomes).toEqual([{ kind: 'timed-out', phase: 'body', isTotal: true }]);
    send('data: 2\n\n');
    expect(await nextEvent()).toBe('data: 2\n\n');
    await events?.cancel();
  });

  test('connections to the side are used again', async () => {
    const side = await sides.raw((socket) => socket.write(okBytes));
    const { url } = await sides.forwarderTo(side.origin);
    for (let count = 0; count < 5; count += 1) await (await fetch(url)).text();
    expect(side.connectionCount()).toBe(1);
  });
});
