import { afterEach, describe, expect, test, vi } from 'vitest';
import type { ClientResponse } from '../../forward/client-response.ts';
import { eventually } from '../../testing/eventually.ts';
import { openH1Door, type H1Door, type Serve } from '../../testing/h1-door.ts';
import { openRawClient, type RawClient } from '../../testing/raw-sockets.ts';

vi.setConfig({ testTimeout: 30_000 });
const opened: H1Door[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((door) => door.close({ graceMs: 0, idleGraceMs: 0 })));
});

const get = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
const patient = { graceMs: 60_000, idleGraceMs: 0 };
const whole = (response: ClientResponse | undefined): void => {
  response?.writeHead(200, undefined, ['Content-Length', '5']);
  response?.end('whole');
};
const silent: Serve = () => undefined;

/** A door with one client, whose first request was visited where it has sent one. */
async function scene(serve: Serve, bytes = ''): Promise<{ door: H1Door; client: RawClient }> {
  const door = await openH1Door(serve);
  opened.push(door);
  const client = await openRawClient(door.port, bytes);
  if (bytes === get) await eventually(() => expect(door.visits).toHaveLength(1));
  else await eventually(async () => expect(await connectionCount(door)).toBe(1));
  return { door, client };
}

const connectionCount = ({ server }: H1Door): Promise<number> =>
  new Promise((resolve) => server.getConnections((_err, count) => resolve(count)));

describe('a door that closes', () => {
  test('lets a running answer finish, which says that it is the last, and takes no new connection', async () => {
    const { door, client } = await scene(silent, get);
    const closed = door.close(patient);
    await expect(openRawClient(door.port).then(({ socket }) => socket.destroy())).rejects.toThrow('ECONNREFUSED');
    whole(door.visits[0]?.response);
    await Promise.all([client.ended, closed]);
    expect(client.received()).toMatch(/Connection: close\r\n\r\nwhole$/);
  });

  test('ends a connection behind an answer whose head was already out', async () => {
    const { door, client } = await scene((response) => {
      response.writeHead(200, undefined, ['Content-Length', '5']);
      response.write('wh');
    }, get);
    await eventually(() => expect(client.received()).toMatch(/wh$/));
    const closed = door.close(patient);
    door.visits[0]?.response.end('ole');
    await Promise.all([client.ended, closed]);
    expect(client.received()).toMatch(/keep-alive[^]*whole$/);
  });

  test('ends connections that are idle, or never brought a request, at once', async () => {
    const { door, client } = await scene(whole, get);
    const unused = await openRawClient(door.port);
    await eventually(async () => expect(await connectionCount(door)).toBe(2));
    await Promise.all([door.close(patient), client.ended, unused.ended]);
  });

  test.each([
    ['was kept alive', get],
    ['was opened ahead', ''],
  ])('serves what comes on a connection that %s, within the idle grace, and ends it then', async (_how, before) => {
    const { door, client } = await scene(whole, before);
    const closed = door.close({ graceMs: 60_000, idleGraceMs: 30_000 });
    client.socket.write(get);
    await Promise.all([client.ended, closed]);
    expect(client.received()).toMatch(/Connection: close\r\n\r\nwhole$/);
  });

  test('ends connections that stay idle when the idle grace is over', async () => {
    const { door, client } = await scene(whole, get);
    await Promise.all([door.close({ graceMs: 60_000, idleGraceMs: 10 }), client.ended]);
  });

  test('lets a request come in whose head was begun', async () => {
    const { door, client } = await scene(whole);
    client.socket.write('GET / HTTP/1.1\r\n');
    await haveBeenRead(door);
    const closed = door.close(patient);
    client.socket.write('Host: a\r\n\r\n');
    await Promise.all([client.ended, closed]);
    expect(client.received()).toMatch(/whole$/);
  });

  test('cuts what still runs after the grace', async () => {
    const { door, client } = await scene(silent, get);
    await Promise.all([door.close({ graceMs: 10, idleGraceMs: 0 }), client.ended]);
    expect(client.received()).toBe('');
  });

  test('may be asked twice', async () => {
    const { door } = await scene(silent);
    await Promise.all([door.close(patient), door.close(patient)]);
  });
});

/** Bytes that were written before have been read: what is sent on another connection behind them is answered. */
async function haveBeenRead(door: H1Door): Promise<void> {
  const other = await openRawClient(door.port, get);
  await eventually(() => expect(other.received()).toMatch(/whole$/));
  other.socket.destroy();
}
