import { EventEmitter } from 'node:events';
import type { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { createTrustedPeers } from '../identity/trusted-peers.ts';
import { clientNetwork, createConnectionCount } from './connection-count.ts';

class FakeSocket extends EventEmitter {
  isDestroyed = false;
  readonly remoteAddress: string;

  constructor(remoteAddress: string) {
    super();
    this.remoteAddress = remoteAddress;
  }
  destroy(): void {
    this.isDestroyed = true;
    this.emit('close');
  }
}

function counting(limit: number, ranges: readonly string[] = []) {
  let refusedCount = 0;
  const count = createConnectionCount({
    limit,
    trustedPeers: createTrustedPeers(ranges),
    onRefused: () => (refusedCount += 1),
  });
  return {
    count,
    refused: () => refusedCount,
    open: (address: string): FakeSocket => {
      const socket = new FakeSocket(address);
      count.admit(socket as unknown as Socket);
      return socket;
    },
  };
}

describe('the connections of one client', () => {
  test('are bounded, others’ are not, and one that ends makes room', () => {
    const { open, refused, count } = counting(2);
    const [first] = [open('10.0.0.1'), open('::ffff:10.0.0.1')];
    expect(open('10.0.0.1').isDestroyed).toBe(true);
    expect(open('10.0.0.2').isDestroyed).toBe(false);
    first.destroy();
    expect(open('10.0.0.1').isDestroyed).toBe(false);
    expect([refused(), count.clientCount]).toEqual([1, 2]);
  });

  test('are forgotten when all have ended', () => {
    const { open, count } = counting(2);
    const sockets = ['10.0.0.1', '10.0.0.2', '2001:db8::1'].map(open);
    sockets.forEach((socket) => socket.destroy());
    expect(count.clientCount).toBe(0);
  });

  test('are not counted for a trusted proxy, nor with a limit of 0', () => {
    const trusted = counting(1, ['10.0.0.0/8']);
    const free = counting(0);
    for (let index = 0; index < 5; index += 1) {
      expect(trusted.open('10.1.2.3').isDestroyed).toBe(false);
      expect(free.open('192.0.2.1').isDestroyed).toBe(false);
    }
  });

  test.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:0:1::5', '2001:db8:0:1::/64'],
    ['2001:0db8:0000:0001:ffff::', '2001:db8:0:1::/64'],
    ['2001:db8::5', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['unknown', 'unknown'],
  ])('%s counts as %s', (address, network) => {
    expect(clientNetwork(address)).toBe(network);
  });
});
