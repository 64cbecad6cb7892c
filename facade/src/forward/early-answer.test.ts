import { request as httpRequest, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { openRawClient } from '../testing/raw-sockets.ts';
import { createSides } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();
afterEach(() => sides.close());

const upload = Buffer.alloc(20 << 20, 'u');
const post = `POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${upload.length}\r\n\r\n`;
const attempts = Array.from({ length: 10 }, (_, index) => index);

// The reset that follows the answer races with it, so that one good run would say little.
test('a side that answers and closes with most of the upload unread has answered', async () => {
  const origin = await sides.node((_request, response) => {
    response.writeHead(413, { connection: 'close', 'content-length': 3 }).end('too');
  });
  const { port, outcomes } = await sides.forwarderTo(origin);
  for (const index of attempts) {
    const client = await openRawClient(port, post);
    client.socket.write(upload);
    await eventually(() => expect(client.received()).toMatch(/^HTTP\/1\.1 413 [^]*\r\n\r\ntoo$/));
    await eventually(() => expect(outcomes).toHaveLength(index + 1));
    client.socket.destroy();
  }
  expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['completed']));
});

test('a side that resets an upload without a word is cut, not silent', async () => {
  const side = await sides.raw((socket) => socket.resetAndDestroy());
  const { url, outcomes } = await sides.forwarderTo(side.origin);
  const asked = httpRequest(url, { method: 'POST', headers: { 'content-length': upload.length } });
  asked.on('error', () => undefined).end(upload);
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  expect([answer.statusCode, outcomes[0]]).toMatchObject([599, { kind: 'upstream-cut', phase: 'headers' }]);
  asked.destroy();
});

test('an answer that only the end of the connection ends is broken by a reset, never complete', async () => {
  const side = await sides.raw((socket) => {
    if (!socket.writable) return;
    socket.write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nhalf', () => socket.resetAndDestroy());
  });
  const { port, outcomes } = await sides.forwarderTo(side.origin);
  for (const index of attempts) {
    const client = await openRawClient(port, post);
    client.socket.write(upload);
    await client.ended;
    expect(client.received()).not.toMatch(/\r\n0\r\n\r\n$/);
    await eventually(() => expect(outcomes).toHaveLength(index + 1));
  }
  expect(new Set(outcomes.map(({ kind }) => kind))).toEqual(new Set(['upstream-cut']));
});
