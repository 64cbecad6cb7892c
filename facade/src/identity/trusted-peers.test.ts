import { expect, test } from 'vitest';
import { createTrustedPeers, plainAddress } from './trusted-peers.ts';

test('an address in one of the ranges is trusted', () => {
  const peers = createTrustedPeers(['10.0.0.0/8', '192.168.1.7', 'fd00::/8']);
  const asked = ['10.1.2.3', '192.168.1.7', 'fd12::1', '11.0.0.1', '192.168.1.8', 'fe80::1', 'unknown'];
  expect(asked.map((address) => peers.has(address))).toEqual([true, true, true, false, false, false, false]);
});

test('without ranges nobody is trusted', () => {
  expect(createTrustedPeers([]).has('127.0.0.1')).toBe(false);
});

test.each(['10.0.0.0/33', 'fd00::/129', 'localhost', '10.0.0.0/x', ''])('"%s" is refused', (range) => {
  expect(() => createTrustedPeers([range])).toThrow(`"${range}" is no address`);
});

test('the address of a dual-stack socket is shown as IPv4', () => {
  expect([plainAddress('::ffff:10.0.0.1'), plainAddress('fd00::1'), plainAddress(undefined)]).toEqual([
    '10.0.0.1',
    'fd00::1',
    'unknown',
  ]);
});
