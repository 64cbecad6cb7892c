import { isIPv4, isIPv6, type Socket } from 'node:net';
import { plainAddress, type TrustedPeers } from '../identity/trusted-peers.ts';

/** Bounds the connections that one client has open, over all ports. */
export interface ConnectionCount {
  /** False for one too many: its connection was ended. */
  admit(socket: Socket): boolean;
  /** Networks with a connection open. */
  readonly clientCount: number;
}

export interface ConnectionCountParts {
  /** 0 is no limit. */
  readonly limit: number;
  readonly trustedPeers: TrustedPeers;
  readonly onRefused: () => void;
}

/**
 * Ends what is above the limit without a word: it costs nothing, and a client that opens too many reads none of them.
 * Our own proxies bring the connections of many.
 */
export function createConnectionCount({ limit, trustedPeers, onRefused }: ConnectionCountParts): ConnectionCount {
  const openByClient = new Map<string, number>();
  const leave = (client: string): void => {
    const openCount = (openByClient.get(client) ?? 1) - 1;
    if (openCount > 0) openByClient.set(client, openCount);
    else openByClient.delete(client);
  };
  return {
    admit(socket) {
      const address = plainAddress(socket.remoteAddress);
      if (limit === 0 || trustedPeers.has(address)) return true;
      const client = clientNetwork(address);
      const openCount = openByClient.get(client) ?? 0;
      if (openCount >= limit) {
        onRefused();
        socket.destroy();
        return false;
      }
      openByClient.set(client, openCount + 1);
      socket.once('close', () => leave(client));
      return true;
    },
    get clientCount() {
      return openByClient.size;
    },
  };
}

/** What one customer of a provider has: an IPv4 address, or the first 64 bits of an IPv6 address (RFC 6177). */
export function clientNetwork(address: string): string {
  if (isIPv4(address) || !isIPv6(address)) return address;
  const [plain = ''] = address.split('%');
  const [left = '', right] = plain.split('::');
  const groups = left === '' ? [] : left.split(':');
  const after = right === undefined || right === '' ? [] : right.split(':');
  const missing = right === undefined ? 0 : 8 - groups.length - after.length;
  const all = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...after];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
