import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { describe, expect, inject, test, vi } from 'vitest';
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

async function aDatabase() {
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
  return { database, proxy };
}

/** A little more than the statement timeout and the grace of the client, once. */
async function passTimeout(): Promise<void> {
  await vi.advanceTimersByTimeAsync(6_001);
  vi.useRealTimers();
}
const stopClock = () => vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });

describe('when the server falls silent', () => {
  test('a statement ends, and its connection is not used again', async () => {
    const { database, proxy } = await aDatabase();
    await database.query('select 1');
    proxy.silence();
    stopClock();
    const ended = expect(database.query('select 1')).rejects.toThrow('Query read timeout');
    await passTimeout();
    await ended;
    expect((await database.query('select 1 as it')).rows).toEqual([{ it: 1 }]);
    await database.close();
    proxy.close();
  });

  test('a transaction ends with its statement, without waiting for a rollback', async () => {
    const { database, proxy } = await aDatabase();
    const work = database.transaction(async (tx) => {
      await tx.query('select 1');
      proxy.silence();
      stopClock();
      await Promise.all([tx.query('select 1'), passTimeout()]);
    });
    await expect(work).rejects.toThrow('Query read timeout');
    expect((await database.query('select 1 as it')).rows).toEqual([{ it: 1 }]);
    await database.close();
    proxy.close();
  });
});
