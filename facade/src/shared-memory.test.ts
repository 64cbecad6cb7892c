import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { Inlet } from './door/h1/inlet.ts';
import { H1Dispatcher } from './forward/h1/h1-dispatcher.ts';
import { peerOf } from './forward/instances/peer.ts';
import type { StreamHandler } from './forward/stream-handler.ts';
import { eventually } from './testing/eventually.ts';
import { openH1Door, type H1Door } from './testing/h1-door.ts';
import { openRawClient } from './testing/raw-sockets.ts';
import { createSides } from './testing/sides.ts';

// All connections read into one block: what one of them brings and nobody has taken must outlive what others bring.

const sides = createSides();
let door: H1Door | undefined;
afterEach(async () => {
  await door?.close({ graceMs: 0, idleGraceMs: 0 });
  await sides.close();
});

const post = 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n';
const letters = ['a', 'b', 'c'];

test.each([
  ['with its head', ''],
  ['behind its head', post],
])('a body that came %s and waits is not touched by what other connections bring', async (_when, headFirst) => {
  const { port, visits } = (door = await openH1Door(() => undefined));
  const clients = [];
  for (const [at, letter] of letters.entries()) {
    const client = await openRawClient(port, headFirst === '' ? post + letter.repeat(4) : headFirst);
    await eventually(() => expect(visits).toHaveLength(at + 1));
    clients.push(client);
  }
  if (headFirst !== '') for (const [at, { socket }] of clients.entries()) socket.write((letters[at] ?? '').repeat(4));
  await eventually(() => expect(visits.every(({ request }) => request.complete)).toBe(true));
  const bodies = visits.map(({ request }) => {
    let body = '';
    request.on('data', (piece: Buffer) => (body += piece.toString()));
    const ended = new Promise<string>((resolve) => request.on('end', () => resolve(body)));
    request.resume();
    return ended;
  });
  expect(await Promise.all(bodies)).toEqual(letters.map((letter) => letter.repeat(4)));
  for (const { socket } of clients) socket.destroy();
});

test('a request that came ahead of its turn is not touched by what other connections bring', async () => {
  const { port, visits } = (door = await openH1Door(() => undefined));
  const get = (path: string): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
  const clients = [];
  for (const letter of letters) clients.push(await openRawClient(port, get('/first') + get(`/${letter.repeat(9)}`)));
  await eventually(() => expect(visits).toHaveLength(3));
  for (const { response } of visits.slice()) response.end();
  await eventually(() => expect(visits).toHaveLength(6));
  expect(visits.slice(3).map(({ request }) => request.url)).toEqual(letters.map((letter) => `/${letter.repeat(9)}`));
  for (const { socket } of clients) socket.destroy();
});

test('a piece of an answer that somebody keeps is not touched by what other connections bring', async () => {
  const side = await sides.raw((socket, soFar) => {
    const letter = /GET \/(.)/.exec(soFar)?.[1] ?? '';
    socket.write(`HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 4\r\n\r\n${letter.repeat(4)}`);
  });
  const limits = { connectionCount: 4, waitingCount: 10, headerBytes: 16_384, idleMs: 60_000 };
  const pool = new H1Dispatcher(peerOf(side.origin, { tls: undefined, protocol: 'http1' }), limits);
  const kept: Buffer[] = [];
  for (const letter of letters) {
    const over = new Promise<void>((resolve, reject) => {
      const handler: StreamHandler = {
        onHeaders: () => true,
        onData: (piece) => kept.push(piece) > 0,
        onComplete: () => resolve(),
        onError: reject,
      };
      pool.dispatch({ method: 'GET', path: `/${letter}`, headers: ['host', 'a'], body: null }, handler);
    });
    await over;
  }
  expect(Buffer.concat(kept).toString()).toBe('aaaabbbbcccc');
  void pool.destroy();
});

test('what comes on a connection that was handed over is not touched by what others bring', async () => {
  const sockets: Socket[] = [];
  const server = createServer((accepted) => {
    const inlet = new Inlet(accepted);
    inlet.handOver();
    sockets.push(inlet.socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const clients = [];
  for (const letter of letters) clients.push(await openRawClient(port, letter.repeat(4)));
  await eventually(() => expect(sockets.map((socket) => socket.readableLength)).toEqual([4, 4, 4]));
  expect(sockets.map((socket) => String(socket.read()))).toEqual(['aaaa', 'bbbb', 'cccc']);
  for (const { socket } of clients) socket.destroy();
  server.close();
});
