import { expect, test } from 'vitest';
import { hashPassword, isPassword } from './passwords.ts';

test('a password is known by its hash', async () => {
  const stored = await hashPassword('banyan-42');
  expect(await isPassword('banyan-42', stored)).toBe(true);
  expect(await isPassword('banyan-43', stored)).toBe(false);
});

test('two hashes of one password differ', async () => {
  expect(await hashPassword('banyan-42')).not.toBe(await hashPassword('banyan-42'));
});

test('a hash of another cost still counts', async () => {
  const stored = `scrypt$2$1$1$${Buffer.from('salt').toString('base64')}$4Z+VzVt67hAh2IcjiceA55D5Eq1uQ2o7P124FC0L9Z4=`;
  expect(await isPassword('banyan-42', stored)).toBe(false);
  expect(await isPassword('fleet', stored)).toBe(true);
});

test('what is no hash fits no password', async () => {
  expect(await isPassword('', '')).toBe(false);
  expect(await isPassword('plain', 'plain')).toBe(false);
});
