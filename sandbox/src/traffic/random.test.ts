import { expect, test } from 'vitest';
import { seededRandom, shuffled } from './random.ts';

test('the same seed gives the same numbers, another seed others', () => {
  const take = (seed: number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 5 }, random);
  };
  expect(take(1)).toEqual(take(1));
  expect(take(1)).not.toEqual(take(2));
});

test('numbers lie in 0..1 and fill it evenly', () => {
  const random = seededRandom(7);
  const numbers = Array.from({ length: 10_000 }, random);
  expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...numbers)).toBeLessThan(1);
  expect(numbers.reduce((sum, number) => sum + number, 0) / numbers.length).toBeCloseTo(0.5, 1);
});

test('a shuffle holds every user once', () => {
  const users = shuffled(seededRandom(42), 500);
  expect([...users].sort((one, other) => one - other)).toEqual(
    Array.from({ length: 500 }, (_unused, index) => index + 1),
  );
  expect(users.slice(0, 5)).not.toEqual([1, 2, 3, 4, 5]);
});
