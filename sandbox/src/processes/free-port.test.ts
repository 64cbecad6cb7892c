import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { choosePorts, freePort } from './free-port.ts';

async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('a free preferred port is chosen', async () => {
  const wished = await freePort();
  expect(await choosePorts({ facade: wished })).toEqual({ facade: wished });
});

test('another port is chosen when the preferred one is taken', async () => {
  const wished = await takenPort();
  const { facade } = await choosePorts({ facade: wished });
  expect(facade).not.toBe(wished);
  expect(facade).toBeGreaterThan(0);
});

test('no two names get the same port', async () => {
  const wished = await freePort();
  const chosen = await choosePorts({ one: wished, two: wished, three: 0, four: 0 });
  expect(new Set(Object.values(chosen)).size).toBe(4);
});
