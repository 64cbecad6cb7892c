import { expect, test } from 'vitest';
import { createTrustedPeers } from '../identity/trusted-peers.ts';
import { clientAddress } from './client-address.ts';

const trustedPeers = createTrustedPeers(['10.0.0.0/8']);

test.each([
  ['9.9.9.9', undefined, '9.9.9.9', 'there is no proxy'],
  ['9.9.9.9', '1.1.1.1', '9.9.9.9', 'a stranger says who he is'],
  ['10.0.0.1', undefined, '10.0.0.1', 'our proxy says nothing'],
  ['10.0.0.1', '1.1.1.1', '1.1.1.1', 'our proxy says who it is'],
  ['10.0.0.1', '6.6.6.6, 1.1.1.1', '1.1.1.1', 'the client had said something before'],
  ['10.0.0.1', '6.6.6.6, 1.1.1.1, 10.0.0.2', '1.1.1.1', 'two proxies of ours follow each other'],
  ['10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3', 'one of us calls'],
  ['10.0.0.1', '1.1.1.1:4711', '1.1.1.1', 'the port is said too'],
  ['10.0.0.1', '[2001:db8::1]:4711', '2001:db8::1', 'the port is said too'],
  ['10.0.0.1', '2001:db8::1', '2001:db8::1', 'it is of IPv6'],
  ['10.0.0.1', '::ffff:1.1.1.1', '1.1.1.1', 'it is of IPv4 on an IPv6 socket'],
  ['10.0.0.1', '1.1.1.1, unknown, 10.0.0.2', '10.0.0.2', 'a hop is no address: what stands before it says nothing'],
  ['10.0.0.1', '', '10.0.0.1', 'the header is empty'],
])('behind %s with %s it is %s: %s', (...[peerAddress, forwardedFor, expected]) => {
  const isPeerTrusted = trustedPeers.has(peerAddress);
  expect(clientAddress({ peerAddress, isPeerTrusted }, forwardedFor, trustedPeers)).toBe(expected);
});
