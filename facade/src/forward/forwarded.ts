import { isIPv6 } from 'node:net';

/** What one proxy saw. */
export interface Hop {
  /** `unknown` when the connection is gone already. */
  readonly address: string;
  readonly host: string | undefined;
  readonly scheme: 'http' | 'https';
}

/**
 * The value of `Forwarded`, RFC 7239.
 *
 * @param said - the `Forwarded` of a proxy of ours, or else
 * @param hops - its `X-Forwarded-For`, whose addresses take the place of what it did not say (section 7.4)
 */
export function forwardedOf(hop: Hop, said: string | undefined, hops: string | undefined): string {
  const host = hop.host === undefined ? '' : `;host=${quoted(hop.host)}`;
  const own = `for=${node(hop.address)}${host};proto=${hop.scheme}`;
  if (said !== undefined) return `${said}, ${own}`;
  return hops === undefined ? own : `${hops.split(',').map(hopBefore).join(', ')}, ${own}`;
}

function hopBefore(address: string): string {
  return `for=${node(address.trim())}`;
}

function node(address: string): string {
  return address.includes(':') && isIPv6(address) ? `"[${address}]"` : quoted(address);
}

const token = /^[\w!#$%&'*+.^`|~-]+$/;

function quoted(value: string): string {
  return token.test(value) ? value : `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
}
