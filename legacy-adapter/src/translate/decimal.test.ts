import { expect, test } from 'vitest';
import { formatUnits, numberOf, parseUnits, scaleUnits, unitsOf } from './decimal.ts';

test.for<[string, number, bigint | undefined]>([
  ['12.30', 2, 1230n],
  ['12.3', 2, 1230n],
  ['-0.01', 2, -1n],
  ['12.300', 2, 1230n],
  ['12.305', 2, undefined],
  ['NaN', 2, undefined],
  ['1e3', 2, undefined],
  ['', 2, undefined],
])('"%s" at scale %i is %s units', ([text, scale, units]) => {
  expect(parseUnits(text, scale)).toBe(units);
});

test.for<[bigint, number, string]>([
  [5n, 2, '0.05'],
  [-5n, 2, '-0.05'],
  [1230n, 2, '12.30'],
  [7n, 0, '7'],
])('%s units at scale %i print as %s', ([units, scale, text]) => {
  expect(formatUnits(units, scale)).toBe(text);
});

test('a number that binary floating point cannot hold still is the decimal it stands for', () => {
  expect(unitsOf(0.1 + 0.2, 2)).toBe(30n);
  expect(unitsOf(999_999.99, 2)).toBe(99_999_999n);
  expect(numberOf(99_999_999n, 2)).toBe(999_999.99);
  expect(unitsOf(1e21, 2)).toBeUndefined();
});

test('halves are rounded up, as Postgres does', () => {
  expect(scaleUnits(1n, 1n, 2n)).toBe(1n);
  expect(scaleUnits(1n, 1n, 3n)).toBe(0n);
});
