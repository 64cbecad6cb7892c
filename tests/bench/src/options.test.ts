import { expect, test } from 'vitest';
import { readOptions } from './options.ts';

test('a whole run writes the page of the documentation, one of some parts only when it is told to', () => {
  const isWritten = (...args: readonly string[]): boolean => readOptions(args).isWritten;
  expect([isWritten(), isWritten('--only', 'latency'), isWritten('--only', 'latency', '--write')]).toEqual([
    true,
    false,
    true,
  ]);
});

test.each(['--quick', '--profile'])('a run with %s stands on no page', (option) => {
  expect(() => readOptions([option, '--write'])).toThrow('stands on no page');
  expect(readOptions([option]).isWritten).toBe(false);
});

test('a part that is none is named', () => {
  expect(() => readOptions(['--only', 'latency,speed'])).toThrow('There is no part "speed".');
});
