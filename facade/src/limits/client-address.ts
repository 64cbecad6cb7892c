import { isIP } from 'node:net';
import { plainAddress, type TrustedPeers } from '../identity/trusted-peers.ts';

export interface Peer {
  readonly peerAddress: string;
  readonly isPeerTrusted: boolean;
}

/**
 * The address of whoever stands before our own proxies: the last one in `X-Forwarded-For` that is none of theirs. What stands
 * before it was written by somebody whom nobody knows.
 */
export function clientAddress(
  { peerAddress, isPeerTrusted }: Peer,
  forwardedFor: string | undefined,
  trustedPeers: TrustedPeers,
): string {
  if (!isPeerTrusted || forwardedFor === undefined) return peerAddress;
  let nearest = peerAddress;
  for (const hop of forwardedFor.split(',').reverse()) {
    const address = addressIn(hop.trim());
    if (address === undefined) return nearest;
    nearest = address;
    if (!trustedPeers.has(address)) return address;
  }
  return nearest;
}

// Some balancers add the port.
const withPort = /^(?:\[([^\]]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d{1,5})?$/;

function addressIn(hop: string): string | undefined {
  const [, ipv6, ipv4] = withPort.exec(hop) ?? [];
  const address = plainAddress(ipv6 ?? ipv4 ?? hop);
  return isIP(address) === 0 ? undefined : address;
}
