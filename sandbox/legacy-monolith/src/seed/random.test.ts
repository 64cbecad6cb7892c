import { expect, test } from 'vitest';
import { createRandom } from './random.ts';

const draw = (seed: number): readonly number[] => {
  const random = createRandom(seed);
  return Array.from({ length: 5 }, () => random.integer(1, 1_000));
};

test('the same seed gives the same numbers on every machine', () => {
  expect(draw(1)).toEqual(draw(1));
  expect(draw(1)).toEqual([628, 3, 528, 982, 969]);
  expect(draw(2)).not.toEqual(draw(1));
});

test('whole numbers fill their range, ends included', () => {
  const random = createRandom(3);
  const drawn = new Set(Array.from({ length: 200 }, () => random.integer(2, 5)));
  expect([...drawn].sort()).toEqual([2, 3, 4, 5]);
});
