import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { Secret } from '@banyan/platform';
import { createIdCookies, idCookieName, type IdCookies } from './id-cookie.ts';

const day = 86_400;

function cookiesAt(nowSeconds: number, secret = 'a-long-random-text'): IdCookies {
  return createIdCookies({
    secret: new Secret(secret),
    maxAgeSeconds: day,
    nowSeconds: () => nowSeconds,
    randomId: () => randomBytes(16).toString('base64url'),
  });
}

const pairOf = (setCookie: string): string => setCookie.split(';')[0] ?? '';

describe('the id cookie of an anonymous caller', () => {
  const cookies = cookiesAt(1_000_000);
  const issued = pairOf(cookies.issue('caller-1', 'http'));

  test('is read back among others', () => {
    expect(cookies.read(`a=b; ${issued}; c=d`)).toEqual({ id: 'caller-1', isWorn: false });
  });

  test('is kept from scripts and other sites, and from plain HTTP when it came over TLS', () => {
    expect(cookies.issue('caller-1', 'http')).toMatch(/; Path=\/; Max-Age=86400; HttpOnly; SameSite=Lax$/);
    expect(cookies.issue('caller-1', 'https')).toMatch(/; Secure$/);
  });

  test.each([
    ['another id', issued.replace('caller-1', 'caller-2')],
    ['a later expiry', issued.replace('1086400', '9986400')],
    ['another signature', `${issued.slice(0, -1)}${issued.endsWith('A') ? 'B' : 'A'}`],
    ['no signature', issued.split('.').slice(0, 3).join('.')],
    ['a part more', `${issued}.x`],
    ['another secret', pairOf(cookiesAt(1_000_000, 'another').issue('caller-1', 'http'))],
    ['nothing', `${idCookieName}=`],
  ])('with %s is none', (_what, pair) => {
    expect(cookies.read(pair)).toBeUndefined();
  });

  test('a forged one before it does not hide it', () => {
    expect(cookies.read(`${idCookieName}=v1.x.9999999999.forged; ${issued}`)?.id).toBe('caller-1');
  });

  test('wears out after half its time and ends after all of it', () => {
    expect(cookiesAt(1_000_000 + day / 2 + 1).read(issued)).toEqual({ id: 'caller-1', isWorn: true });
    expect(cookiesAt(1_000_000 + day).read(issued)).toBeUndefined();
  });
});
