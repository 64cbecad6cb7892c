import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { statusesIn } from '../../testing/conformance.ts';
import { eventually } from '../../testing/eventually.ts';
import { openH1Door, type H1Door, type Serve } from '../../testing/h1-door.ts';
import { openRawClient } from '../../testing/raw-sockets.ts';
import { stillness } from '../../testing/stillness.ts';
import type { PublicServerParts } from '../../public-server.ts';

vi.setConfig({ testTimeout: 30_000 });
const opened: H1Door[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((door) => door.close({ graceMs: 0, idleGraceMs: 0 })));
});

async function aDoor(serve: Serve, parts: Partial<PublicServerParts> = {}): Promise<H1Door> {
  const door = await openH1Door(serve, parts);
  opened.push(door);
  return door;
}

const get = (path = '/'): string => `GET ${path} HTTP/1.1\r\nHost: a\r\n\r\n`;
const post = (lengthBytes: number, lines = ''): string =>
  `POST / HTTP/1.1\r\nHost: a\r\n${lines}Content-Length: ${lengthBytes}\r\n\r\n`;
const ok: Serve = (response, request) => {
  const body = request.url ?? '';
  response.writeHead(200, undefined, ['Content-Length', String(body.length)]);
  response.end(body);
};
const silent: Serve = () => undefined;

describe('a connection', () => {
  test('serves a hundred requests that come at once, in order', async () => {
    const door = await aDoor(ok);
    const paths = Array.from({ length: 100 }, (_, index) => `/${index}.`);
    const client = await openRawClient(door.port, paths.map(get).join(''));
    await eventually(() => expect(client.received()).toMatch(/\/99\.$/));
    expect([...client.received().matchAll(/^\/\d+\./gm)].map(([path]) => path)).toEqual(paths);
    client.socket.destroy();
  });

  test('that the client leaves tells whoever is answering', async () => {
    const door = await aDoor(silent);
    const client = await openRawClient(door.port, get());
    await eventually(() => expect(door.visits).toHaveLength(1));
    const closed = new Promise<void>((resolve) => door.visits[0]?.response.on('close', () => resolve()));
    client.socket.resetAndDestroy();
    await closed;
    const [visit] = door.visits;
    expect([visit?.response.destroyed, visit?.response.writableFinished]).toEqual([true, false]);
  });

  test('that the client ends on its side is over, answered or not', async () => {
    const door = await aDoor(silent);
    const client = await openRawClient(door.port, get());
    await eventually(() => expect(door.visits).toHaveLength(1));
    client.socket.end();
    await client.ended;
    await eventually(() => expect(door.visits[0]?.response.destroyed).toBe(true));
  });

  test.each([
    ['in a head', 'GET / HTTP/1.1\r\nHost:'],
    ['in a body', `${post(5)}he`],
    ['in a body that nobody has taken yet', post(100_000) + 'x'.repeat(60_000)],
  ])('that ends %s is told so', async (_where, bytes) => {
    const door = await aDoor(silent);
    const client = await openRawClient(door.port, bytes);
    client.socket.end();
    await client.ended;
    expect([statusesIn(client.received()), door.refusals]).toEqual([[400], ['HPE_INVALID_EOF_STATE']]);
  });

  test('is not read any further than a bound ahead of an answer', async () => {
    const door = await aDoor(silent);
    const client = await openRawClient(door.port, get());
    await eventually(() => expect(door.visits).toHaveLength(1));
    client.socket.write(post(1 << 30));
    let writtenBytes = 0;
    const pour = (): void =>
      void client.socket.write(Buffer.alloc(65_536, 'x'), (err) => {
        writtenBytes += 65_536;
        if (!err) pour();
      });
    pour();
    await stillness(() => writtenBytes);
    expect(writtenBytes).toBeLessThan(16 << 20);
    expect(door.visits).toHaveLength(1);
    client.socket.destroy();
  });

  test('is not read any further than its body is taken, and all of it comes', async () => {
    let taken = 0;
    const door = await aDoor((response, request) => {
      request.on('data', (chunk) => (taken += chunk.length));
      request.once('end', () => ok(response, request));
    });
    const sizeBytes = 32 << 20;
    const client = await openRawClient(door.port, post(sizeBytes));
    client.socket.write(Buffer.alloc(sizeBytes, 'x'));
    await stillness(() => client.socket.writableLength);
    expect([taken, client.socket.writableLength > 0]).toEqual([0, true]);
    const [visit] = door.visits;
    visit?.request.resume();
    await eventually(() => expect(taken).toBeGreaterThan(0));
    visit?.request.pause();
    visit?.request.resume();
    await eventually(() => expect([taken, statusesIn(client.received())]).toEqual([sizeBytes, [200]]));
    expect(visit?.request.complete).toBe(true);
    client.socket.destroy();
  });

  test('goes on behind an answer that came before the end of the body', async () => {
    const door = await aDoor((response, request) => {
      ok(response, request);
      request.resume();
    });
    const client = await openRawClient(door.port, `${post(10)}half`);
    await eventually(() => expect(statusesIn(client.received())).toEqual([200]));
    client.socket.write(`-rest!${get('/next')}`);
    await eventually(() => expect(client.received()).toMatch(/\/next$/));
    client.socket.destroy();
  });
});

// What is unread when a connection is closed makes the system reset it, and the answer is lost: a race, so ten times.
describe.each(Array.from({ length: 10 }, (_, index) => index))('round %d: a client that goes on sending', () => {
  test.each([
    ['behind what is no HTTP', `nonsense\r\n\r\n`, 400],
    ['behind an early answer that is the last', post(4 << 20, 'Connection: close\r\n'), 200],
  ])('%s gets its answer', async (_what, head, status) => {
    const door = await aDoor(ok);
    const client = await openRawClient(door.port, head);
    client.socket.write(Buffer.alloc(4 << 20, 'x'));
    expect(await client.ended).toBe('end');
    expect(statusesIn(client.received())).toEqual([status]);
  });
});

describe('time-outs', () => {
  test('a connection that brings no byte is told 408', async () => {
    const door = await aDoor(ok, { headTimeoutMs: 50 });
    const client = await openRawClient(door.port);
    await client.ended;
    expect([statusesIn(client.received()), door.refusals]).toEqual([[408], ['ERR_HTTP_REQUEST_TIMEOUT']]);
  });

  test('one that was used and stays idle is closed without a word', async () => {
    const door = await aDoor(ok, { idleMs: 50 });
    const client = await openRawClient(door.port, get('/a'));
    await client.ended;
    expect([client.received().endsWith('/a'), door.refusals]).toEqual([true, []]);
  });

  test('one whose client never ends its side is closed all the same behind the last answer', async () => {
    const door = await aDoor(ok);
    const socket = connect({ port: door.port, host: '127.0.0.1', allowHalfOpen: true }).resume();
    socket.on('error', () => undefined).write('GET / HTTP/1.0\r\n\r\n');
    await once(socket, 'end');
    const count = (): Promise<number> =>
      new Promise((resolve) => door.server.getConnections((_err, open) => resolve(open)));
    await eventually(async () => expect(await count()).toBe(0));
    socket.destroy();
  });

  test('none is for a request that is being answered', async () => {
    const door = await aDoor(silent, { headTimeoutMs: 30, idleMs: 30 });
    const client = await openRawClient(door.port, get());
    await eventually(() => expect(door.visits).toHaveLength(1));
    const other = await openRawClient(door.port);
    await other.ended;
    const [visit] = door.visits;
    visit?.response.writeHead(200, undefined, ['Content-Length', '2']);
    visit?.response.end('ok');
    await eventually(() => expect(client.received()).toMatch(/ok$/));
  });
});
