import { once } from 'node:events';
import { constants } from 'node:http2';
import { connect, createServer, type AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import {
  acknowledged,
  endStream,
  frame,
  framesIn,
  goAwayFrame,
  headersFrame,
  preface,
  resetFrame,
  type Frame,
} from '../testing/http2-frames.ts';
import { openRawClient } from '../testing/raw-sockets.ts';
import { createSides } from '../testing/sides.ts';
import { createHttp2Door } from './http2-door.ts';

const sides = createSides();
afterEach(() => sides.close());

describe('a connection that ends', () => {
  const ask = (id: number, path: string): Buffer =>
    headersFrame(
      id,
      [
        [':method', 'GET'],
        [':scheme', 'http'],
        [':path', path],
        [':authority', 'a'],
      ],
      endStream,
    );
  const late = [3, 5, 7, 9, 11];

  /** A door with one request that nobody answers, and what its client wrote last, all in one read. */
  async function aDoor(pingMs = 60_000) {
    const paths: string[] = [];
    const door = createHttp2Door({
      onVisit: ({ request, response }) => {
        paths.push(request.url ?? '');
        if (request.url === '/held') return;
        response.writeHead(204);
        response.end();
      },
      onRefused: () => undefined,
      headerBytesLimit: 16_384,
      firstRequestMs: 60_000,
      idleMs: 60_000,
      pingMs,
    });
    const server = createServer((socket) => door.take(socket)).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const client = await openRawClient((server.address() as AddressInfo).port);
    sides.onClose(() => {
      client.socket.destroy();
      server.close();
    });
    client.socket.write(Buffer.concat([preface, ask(1, '/held')]));
    const framesOf = (type: Frame['type']) =>
      framesIn(Buffer.from(client.received(), 'latin1')).filter((one) => one.type === type);
    await eventually(() => expect(framesOf('SETTINGS')).toHaveLength(2));
    await eventually(() => expect(paths).toEqual(['/held']));
    return { door, server, client: client.socket, paths, framesOf };
  }

  test('by a GOAWAY of its client: what the client asked for behind it is served all the same', async () => {
    const { client, paths, framesOf } = await aDoor();
    client.write(Buffer.concat([goAwayFrame(0), ...late.map((id) => ask(id, `/${id}`))]));
    await eventually(() => expect(framesOf('HEADERS').map(({ streamId }) => streamId)).toEqual(late));
    expect(paths).toHaveLength(6);
    await eventually(() => expect(framesOf('GOAWAY')).toHaveLength(1));
  });

  test('with the door: what arrives behind our GOAWAY is not served, and what was begun is', async () => {
    const { door, client, paths, framesOf } = await aDoor();
    const closed = door.close(60_000);
    await nextTurn();
    client.write(Buffer.concat(late.map((id) => ask(id, `/${id}`))));
    await eventually(() => expect(framesOf('GOAWAY').map(({ payload }) => payload.readUInt32BE(0))).toEqual([1]));
    expect(paths).toEqual(['/held']);
    client.write(resetFrame(1, constants.NGHTTP2_CANCEL));
    await closed;
  });

  test('by itself, where its client has broken the protocol and left: nobody else would notice', async () => {
    const { client, framesOf } = await aDoor(50);
    // It has a size that no PING has: an error of the connection, for which there is a GOAWAY, and nothing else is read.
    client.write(frame('PING', 0, 0, Buffer.alloc(3)));
    await eventually(() => expect(framesOf('GOAWAY')).toHaveLength(1));
    expect(client.destroyed).toBe(false);
    client.end();
    await once(client, 'close');
  });

  test('not, as long as its client answers when it is asked', async () => {
    const { client, framesOf } = await aDoor(50);
    let answeredCount = 0;
    client.on('data', () => {
      for (const { payload } of framesOf('PING').slice(answeredCount)) {
        client.write(frame('PING', acknowledged, 0, payload));
        answeredCount += 1;
      }
    });
    await eventually(() => expect(answeredCount).toBeGreaterThan(3));
    expect(framesOf('GOAWAY')).toEqual([]);
  });

  test('when its client answers no more', async () => {
    const { client, framesOf } = await aDoor(50);
    await once(client, 'end');
    expect(framesOf('PING')).toHaveLength(1);
    expect(framesOf('GOAWAY')).toHaveLength(1);
  });

  test('in time, where its client does not close its own side', async () => {
    const { server, client } = await aDoor();
    const hangingOn = connect({ port: (server.address() as AddressInfo).port, allowHalfOpen: true });
    sides.onClose(() => void hangingOn.destroy());
    hangingOn.resume().write(Buffer.concat([preface, goAwayFrame(0)]));
    await once(hangingOn, 'end');
    client.destroy();
    const count = promisify(server.getConnections.bind(server));
    await vi.waitFor(async () => expect(await count()).toBe(0), { timeout: 40_000, interval: 100 });
  });
});
