import { once } from 'node:events';
import { Agent, get, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, test } from 'vitest';
import { captureLog, eventually } from '../testing/index.ts';
import { listen, type ListenOptions, type RunningServer } from './server.ts';

const opened: RunningServer[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
});

async function aServer(handler: RequestListener, options: Partial<ListenOptions> = {}): Promise<RunningServer> {
  const server = await listen(handler, { port: 0, graceMs: 0, ...options });
  opened.push(server);
  return server;
}

/** A server whose answers wait until the test takes them. */
async function aWaitingServer(graceMs: number) {
  let arrive: (response: ServerResponse) => void;
  const arrived = new Promise<ServerResponse>((resolve) => (arrive = resolve));
  const server = await aServer((_request, response) => arrive(response), { graceMs });
  return { server, arrived };
}

const answerOf = (url: string, agent: Agent): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => get(url, { agent }, resolve).once('error', reject));

const endOf = (socket: Socket): Promise<void> =>
  new Promise((resolve) => socket.resume().once('close', () => resolve()));

/** A bare connection that the server has accepted, and has read from when `begin` writes. */
async function aConnection({ server, port }: RunningServer, begin?: (socket: Socket) => void): Promise<Socket> {
  const accepted = once(server, 'connection') as Promise<[Socket]>;
  const client = connect(port, '127.0.0.1');
  begin?.(client);
  const [socket] = await accepted;
  if (begin) await eventually(() => expect(socket.bytesRead).toBeGreaterThan(0));
  return client;
}

describe('a server', () => {
  test('listens on a free port and says which', async () => {
    const server = await aServer((_request, response) => response.end('hello'));
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    expect(await (await fetch(server.url)).text()).toBe('hello');
  });

  test('says that its port is taken', async () => {
    const { port } = await aServer(() => undefined);
    await expect(listen(() => undefined, { port })).rejects.toMatchObject({
      code: 'HTTP_PORT_TAKEN',
      message: `Port 127.0.0.1:${port} is taken.`,
    });
  });

  test('says that it cannot listen where there is no such address', async () => {
    await expect(listen(() => undefined, { port: 0, host: '203.0.113.1' })).rejects.toMatchObject({
      code: 'HTTP_LISTEN_FAILED',
      concerning: '203.0.113.1:0',
    });
  });

  test('ends requests that come too slowly', async () => {
    const { server } = await aServer(() => undefined);
    expect(server.headersTimeout).toBeLessThan(server.requestTimeout);
    expect(server.requestTimeout).toBeLessThanOrEqual(60_000);
  });

  test('logs a connection that it cannot accept and goes on', async () => {
    const { log, lines } = captureLog();
    const { server, url } = await aServer((_request, response) => response.end(), { log });
    server.emit('error', Object.assign(new TypeError('accept EMFILE'), { code: 'EMFILE' }));
    expect(lines).toContainEqual(expect.objectContaining({ level: 'warn', event: 'server.accept-failed' }));
    expect((await fetch(url)).status).toBe(200);
  });
});

describe('a server that closes', () => {
  test('lets the running answer finish and takes no new connection', async () => {
    const { server, arrived } = await aWaitingServer(60_000);
    const answer = fetch(server.url);
    const response = await arrived;
    const closed = server.close();
    await expect(fetch(server.url)).rejects.toThrow('fetch failed');
    response.end('finished');
    expect(await (await answer).text()).toBe('finished');
    await closed;
  });

  test('tells the client of a running answer that the connection ends with it', async () => {
    const { server, arrived } = await aWaitingServer(60_000);
    const agent = new Agent({ keepAlive: true });
    const answer = answerOf(server.url, agent);
    const response = await arrived;
    const closed = server.close();
    response.end('finished');
    expect((await answer).headers.connection).toBe('close');
    (await answer).resume();
    await closed;
    agent.destroy();
  });

  test('ends a kept-alive connection after an answer whose head was already out', async () => {
    const { server, arrived } = await aWaitingServer(60_000);
    const agent = new Agent({ keepAlive: true });
    const answer = answerOf(server.url, agent);
    const response = await arrived;
    response.write('half, ');
    const message = await answer;
    const closed = server.close();
    response.end('whole');
    message.resume();
    await closed;
    agent.destroy();
  });

  test('ends idle connections at once', async () => {
    const server = await aServer((_request, response) => response.end(), { graceMs: 60_000 });
    const agent = new Agent({ keepAlive: true });
    (await answerOf(server.url, agent)).resume();
    await server.close();
    agent.destroy();
  });

  test('ends connections that never carried a request at once', async () => {
    const server = await aServer(() => undefined, { graceMs: 60_000 });
    const client = await aConnection(server);
    await Promise.all([endOf(client), server.close()]);
  });

  test('lets a request come in whose head was begun', async () => {
    const server = await aServer((_request, response) => response.end('late'), { graceMs: 60_000 });
    const client = await aConnection(server, (socket) => socket.write('GET / HTTP/1.1\r\n'));
    const closed = server.close();
    client.write('host: a\r\n\r\n');
    expect(await text(client)).toMatch(/connection: close[^]*late/i);
    await closed;
  });

  test('cuts what still runs after the grace time', async () => {
    const { server, arrived } = await aWaitingServer(1);
    const answer = fetch(server.url);
    await arrived;
    await Promise.all([expect(answer).rejects.toThrow('fetch failed'), server.close()]);
  });

  test('cuts upgraded connections after the grace time', async () => {
    const server = await aServer(() => undefined, { graceMs: 1 });
    server.server.on('upgrade', (_request, socket) => socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n'));
    const client = connect(server.port, '127.0.0.1');
    client.write('GET / HTTP/1.1\r\nhost: a\r\nconnection: upgrade\r\nupgrade: chat\r\n\r\n');
    await new Promise((resolve) => client.once('data', resolve));
    await Promise.all([endOf(client), server.close()]);
  });

  test('may be asked twice', async () => {
    const server = await aServer(() => undefined);
    await Promise.all([server.close(), server.close()]);
    await server.close();
  });
});
