import { describe, expect, test } from 'vitest';
import { forwardedOf, type Hop } from './forwarded.ts';

const hop: Hop = { address: '192.0.2.43', host: 'shop.example', scheme: 'https' };

describe('Forwarded', () => {
  test.each<[string, Partial<Hop>, string]>([
    ['an IPv4 address and a host as they are', {}, 'for=192.0.2.43;host=shop.example;proto=https'],
    ['IPv6 in brackets and quotes', { address: '2001:db8::17' }, 'for="[2001:db8::17]";host=shop.example;proto=https'],
    ['a host with a port in quotes', { host: 'a:8080' }, 'for=192.0.2.43;host="a:8080";proto=https'],
    ['what could end a quote escaped', { host: 'a"\\' }, 'for=192.0.2.43;host="a\\"\\\\";proto=https'],
    ['nothing about a host that is not named', { host: undefined }, 'for=192.0.2.43;proto=https'],
    ['an address that is not known', { address: 'unknown' }, 'for=unknown;host=shop.example;proto=https'],
  ])('has %s', (_what, given, value) => {
    expect(forwardedOf({ ...hop, ...given }, undefined, undefined)).toBe(value);
  });

  test("goes on a proxy's own, or on its X-Forwarded-For where it has none", () => {
    const own = 'for=192.0.2.43;host=shop.example;proto=https';
    expect(forwardedOf(hop, 'for=_a, for=_b', '198.51.100.1')).toBe(`for=_a, for=_b, ${own}`);
    expect(forwardedOf(hop, undefined, '198.51.100.1, 2001:db8::17')).toBe(
      `for=198.51.100.1, for="[2001:db8::17]", ${own}`,
    );
  });
});
