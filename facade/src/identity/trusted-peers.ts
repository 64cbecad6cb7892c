import { BlockList, isIPv4, isIPv6 } from 'node:net';
import { BanyanError } from '@banyan/platform';

/** Connections whose account of the client is believed: our own proxies and gateways. */
export interface TrustedPeers {
  has(address: string): boolean;
}

/**
 * @param ranges - addresses or CIDR ranges, for example `10.0.0.0/8`, `127.0.0.1`, `fd00::/8`
 * @throws {BanyanError} TRUSTED_PEER_INVALID naming the first range that is none
 */
export function createTrustedPeers(ranges: readonly string[]): TrustedPeers {
  if (ranges.length === 0) return { has: () => false };
  const list = new BlockList();
  for (const range of ranges) addRange(list, range);
  const known = new Map<string, boolean>();
  return {
    has(address) {
      const answer = known.get(address);
      if (answer !== undefined) return answer;
      if (known.size >= knownLimit) known.clear();
      const isTrusted = list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
      known.set(address, isTrusted);
      return isTrusted;
    },
  };
}

// Every request asks, and the list makes an object of each address that it looks at.
const knownLimit = 10_000;

function addRange(list: BlockList, range: string): void {
  const [address = '', bits] = range.split('/');
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const limit = family === 'ipv4' ? 32 : 128;
  const prefix = bits === undefined ? limit : Number(bits);
  const isValid = (isIPv4(address) || isIPv6(address)) && /^\d{1,3}$/.test(bits ?? '0') && prefix <= limit;
  if (!isValid)
    throw new BanyanError('TRUSTED_PEER_INVALID', `"${range}" is no address and no CIDR range.`, {
      remedy: 'Use for example 10.0.0.0/8 or 127.0.0.1.',
      concerning: range,
    });
  list.addSubnet(address, prefix, family);
}

/** IPv4 addresses of dual-stack sockets come as `::ffff:10.0.0.1`. */
export function plainAddress(address: string | undefined): string {
  return address?.startsWith('::ffff:') ? address.slice(7) : (address ?? 'unknown');
}
