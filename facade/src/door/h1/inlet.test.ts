import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually } from '../../testing/eventually.ts';
import { stillness } from '../../testing/stillness.ts';
import { Inlet } from './inlet.ts';

const opened: Server[] = [];
const clients: Socket[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
  for (const server of opened.splice(0)) server.close();
});

interface Opened {
  readonly client: Socket;
  readonly inlet: Inlet;
}

interface Entrance {
  readonly server: Server;
  readonly inlets: readonly Inlet[];
  readonly accepted: readonly Socket[];
  readonly received: () => string;
  readonly open: () => Promise<Opened>;
}

async function anEntrance(): Promise<Entrance> {
  const inlets: Inlet[] = [];
  const accepted: Socket[] = [];
  let received = '';
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    const inlet = new Inlet(socket);
    inlet.open({
      read: (bytes) => {
        received += bytes.toString('latin1');
        return true;
      },
      isInBody: () => false,
    });
    inlet.socket.on('error', () => undefined);
    inlets.push(inlet);
    accepted.push(socket);
  });
  opened.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    server,
    inlets,
    accepted,
    received: () => received,
    open: async () => {
      const client = connect(port, '127.0.0.1');
      client.on('error', () => undefined);
      clients.push(client);
      await once(client, 'connect');
      const inlet = await eventually(() => {
        const found = inlets.find(({ socket }) => socket.remotePort === client.localPort);
        expect(found).toBeDefined();
        return found;
      });
      if (!inlet) return expect.unreachable();
      return { client, inlet };
    },
  };
}

const countOf = (server: Server): Promise<number> => promisify(server.getConnections.bind(server))();

describe('a connection that a server has accepted', () => {
  test('is read into memory of ours: this Node has the way to it that others may lose', async () => {
    const { accepted, received, open } = await anEntrance();
    const { client, inlet } = await open();
    let hasData = false;
    inlet.socket.on('data', () => (hasData = true));
    client.write('hello');
    await eventually(() => expect(received()).toBe('hello'));
    expect([inlet.socket === accepted[0], hasData]).toEqual([false, false]);
  });

  test('counts for its server until it is closed', async () => {
    const { server, inlets, open } = await anEntrance();
    const { client, inlet } = await open();
    const { client: late } = await open();
    expect(await countOf(server)).toBe(2);
    client.destroy();
    await once(inlet.socket, 'end');
    inlet.socket.end();
    await eventually(async () => expect(await countOf(server)).toBe(1));
    let isClosed = false;
    server.close(() => (isClosed = true));
    await once(
      connect(late.remotePort ?? 0, '127.0.0.1').on('connect', () => expect.unreachable()),
      'close',
    ).catch(String);
    expect(isClosed).toBe(false);
    inlets[1]?.socket.destroy();
    await eventually(() => expect(isClosed).toBe(true));
  });

  test('is one too many for a server that has enough', async () => {
    const { server, inlets, open } = await anEntrance();
    server.maxConnections = 1;
    const first = await open();
    const dropped = once(server, 'drop');
    clients.push(connect(first.client.remotePort ?? 0, '127.0.0.1'));
    await dropped;
    expect([inlets.length, await countOf(server)]).toEqual([1, 1]);
  });

  test('has its addresses, ends on each side by itself, and says so', async () => {
    const { open } = await anEntrance();
    const { client, inlet } = await open();
    const { socket } = inlet;
    expect([socket.remoteAddress, socket.remotePort]).toEqual(['127.0.0.1', client.localPort]);
    client.end('last');
    await once(socket, 'end');
    expect([socket.destroyed, socket.writable]).toEqual([false, true]);
    const closed = once(socket, 'close');
    socket.end('answer');
    const [answer] = (await once(client, 'data')) as [Buffer];
    expect(answer.toString()).toBe('answer');
    await closed;
  });

  test('says that it was reset', async () => {
    const { open } = await anEntrance();
    const { client, inlet } = await open();
    const failed = once(inlet.socket, 'error');
    client.resetAndDestroy();
    expect((await failed)[0]).toMatchObject({ code: 'ECONNRESET' });
  });

  test('is not read while it is paused', async () => {
    const { received, open } = await anEntrance();
    const { client, inlet } = await open();
    const { socket } = inlet;
    socket.pause();
    client.write('x'.repeat(100));
    const { client: witness } = await open();
    witness.write('y');
    await eventually(() => expect(received()).toBe('y'));
    socket.resume();
    await eventually(() => expect(received()).toBe(`y${'x'.repeat(100)}`));
  });

  test('that is handed over has data for whoever listens to it, and is not read ahead of him', async () => {
    const { received, open } = await anEntrance();
    const { client, inlet } = await open();
    client.write('before');
    await eventually(() => expect(received()).toBe('before'));
    inlet.handOver();
    inlet.socket.pause();
    let sentBytes = 0;
    for (; !client.writableNeedDrain; sentBytes += 100_000) client.write(Buffer.alloc(100_000, 'y'));
    await stillness(() => inlet.socket.readableLength);
    expect(inlet.socket.readableLength).toBeLessThanOrEqual(300_000);
    let takenBytes = 0;
    inlet.socket.on('data', (bytes: Buffer) => {
      expect(bytes.every((byte) => byte === 0x79)).toBe(true);
      takenBytes += bytes.length;
    });
    inlet.socket.resume();
    await eventually(() => expect(takenBytes).toBe(sentBytes));
    expect(received()).toBe('before');
  });
});
