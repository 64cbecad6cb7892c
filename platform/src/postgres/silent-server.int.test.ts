import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { expect, inject, test, vi } from 'vitest';
import { Secret } from '../config/secret.ts';
import { silentLogger } from '../logger.ts';
import { openDatabase } from './pool.ts';

/** Passes bytes on until it is told to keep its connections open and say nothing more on them. */
async function aProxyTo({ hostname, port }: URL) {
  const sockets: Socket[] = [];
  const proxy = createServer((client) => {
    const server = connect(Number(port), hostname);
    client.pipe(server).pipe(client);
    sockets.push(client, server);
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  return {
    port: (proxy.address() as AddressInfo).port,
    silence: () => sockets.forEach((socket) => socket.unpipe().pause()),
    close: () => {
      sockets.forEach((socket) => socket.destroy());
      proxy.close();
    },
  };
}

test.each([
  ['a statement', 'query'],
  ['a transaction', 'transaction'],
] as const)('%s ends when the server falls silent, and its connection is not used again', async (_name, kind) => {
  const url = new URL(inject('postgresUrl'));
  const proxy = await aProxyTo(url);
  url.host = `127.0.0.1:${proxy.port}`;
  const database = openDatabase({
    url: new Secret(url.href),
    applicationName: 'test',
    log: silentLogger,
    statementTimeoutMs: 1_000,
    maxConnectionCount: 1,
  });
  await database.query('select 1');

  proxy.silence();
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const work = kind === 'query' ? database.query('select 1') : database.transaction((tx) => tx.query('select 1'));
  const ended = expect(work).rejects.toThrow('Query read timeout');
  await vi.advanceTimersByTimeAsync(6_000);
  vi.useRealTimers();
  await ended;

  expect((await database.query('select 1 as it')).rows).toEqual([{ it: 1 }]);
  await database.close();
  proxy.close();
});
