import { isIP, isIPv6 } from 'node:net';
import type { Upstream, UpstreamTls } from '@banyan/routing-rules';

/** Where one instance is. Equal peers share their connections, whichever rules name them. */
export interface Peer {
  /** Scheme, host and port as the rules name it. */
  readonly origin: string;
  /** What is connected to: the host itself, or one of the addresses that its name stands for; IPv6 without brackets. */
  readonly address: string;
  /** How its certificate is checked, and which one is shown to it. */
  readonly tls: UpstreamTls | undefined;
  readonly protocol: Upstream['protocol'];
}

/** What all instances of an upstream have in common. */
export type Manner = Pick<Peer, 'tls' | 'protocol'>;

export function peerOf(origin: string, { tls, protocol }: Manner, address = hostOf(origin)): Peer {
  return { origin, address, tls, protocol };
}

/** Without the brackets of an IPv6 address. */
export function hostOf(origin: string): string {
  const { hostname } = new URL(origin);
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

/** For logs, labels and people: `10.0.0.7:3000`, `[::1]:3000`. */
export function peerName({ origin, address }: Peer): string {
  return `${bracketed(address)}:${peerPort(origin)}`;
}

export function peerPort(origin: string): number {
  const { port, protocol } = new URL(origin);
  if (port !== '') return Number(port);
  return protocol === 'https:' ? 443 : 80;
}

/** Scheme, address and port: where a connection goes. */
export function peerUrl(peer: Peer): string {
  return `${new URL(peer.origin).protocol}//${peerName(peer)}`;
}

/** Names of this machine are left to the system, which tries all addresses of such a name as one. */
export function isLookedUp(host: string): boolean {
  return isIP(host) === 0 && host !== 'localhost' && !host.endsWith('.localhost');
}

function bracketed(address: string): string {
  return isIPv6(address) ? `[${address}]` : address;
}

/** Equal for equal peers. */
export function peerKey(peer: Peer): string {
  return JSON.stringify(peer);
}
