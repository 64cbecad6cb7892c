import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { claimPorts, freePort, type ClaimedPorts } from './free-port.ts';

async function claim<Name extends string>(preferred: Record<Name, number>): Promise<ClaimedPorts<Name>> {
  const claimed = await claimPorts(preferred);
  onTestFinished(() => claimed.release());
  return claimed;
}

async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

test('a free preferred port is chosen, and can be listened on', async () => {
  const wished = await freePort();
  const { ports } = await claim({ facade: wished });
  expect(ports).toEqual({ facade: wished });
  const server = createServer().listen(wished, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
});

test('another port is chosen when the preferred one is taken', async () => {
  const wished = await takenPort();
  const { ports } = await claim({ facade: wished });
  expect(ports.facade).not.toBe(wished);
  expect(ports.facade).toBeGreaterThan(0);
});

test('no two names get the same port', async () => {
  const wished = await freePort();
  const { ports } = await claim({ one: wished, two: wished, three: 0, four: 0 });
  expect(new Set(Object.values(ports)).size).toBe(4);
});

// Without 127.0.0.2 (macOS) there is nothing to claim by.
test.runIf(process.platform === 'linux')(
  'a port is claimed before anybody listens on it, until it is released',
  async () => {
    const wished = await freePort();
    const first = await claimPorts({ facade: wished });
    expect((await claim({ facade: wished })).ports.facade).not.toBe(wished);
    await first.release();
    expect((await claim({ facade: wished })).ports.facade).toBe(wished);
  },
);
