import { describe, expect, test } from 'vitest';
import { publicCookie } from './public-cookie.ts';

describe('the path of a cookie', () => {
  const both = { cookieDomain: undefined };

  test.each([
    ['a=1; Path=/app; HttpOnly', '/app', '/', 'a=1; Path=/; HttpOnly'],
    ['a=1;path=/app/x;Secure', '/app', '/', 'a=1; Path=/x;Secure'],
    ['a=1; Path=/app/', '/app', '/', 'a=1; Path=/'],
    ['a=1; Path=/app/x', '/app', '/shop', 'a=1; Path=/shop/x'],
    ['a=1; Path=/', '/', '/shop', 'a=1; Path=/shop'],
    ['a=1; Path=/x', '/', '/shop', 'a=1; Path=/shop/x'],
    ['a=1; Path=/application', '/app', '/', 'a=1; Path=/application'],
    ['a=1; Path=/other', '/app', '/', 'a=1; Path=/other'],
    ['a=1', '/app', '/', 'a=1'],
    ['path=/app; Path=/app', '/app', '/', 'path=/app; Path=/'],
  ])('%s from %s to %s', (value, from, to, expected) => {
    expect(publicCookie(value, { ...both, cookiePath: { from, to } })).toBe(expected);
  });

  test('of a __Host- cookie stays "/", or browsers would refuse it', () => {
    const cookiePath = { from: '/', to: '/shop' };
    expect(publicCookie('__Host-a=1; Path=/; Secure', { ...both, cookiePath })).toBe('__Host-a=1; Path=/; Secure');
  });
});

describe('the domain of a cookie', () => {
  test.each([
    ['a=1; Domain=legacy.internal; Path=/', 'remove', 'a=1; Path=/'],
    ['a=1; domain=.legacy.internal', 'example.com', 'a=1; Domain=example.com'],
    ['a=1; Path=/', 'example.com', 'a=1; Path=/'],
    ['a=1; Domain=', 'example.com', 'a=1'],
    ['domain=legacy', 'remove', 'domain=legacy'],
  ])('%s with %s', (value, cookieDomain, expected) => {
    expect(publicCookie(value, { cookiePath: undefined, cookieDomain })).toBe(expected);
  });
});
