import { expect, test } from 'vitest';
import { medianOf, quantileOf, slopeOf, spreadOf } from './statistics.ts';

test('the median of an odd count is the middle value, of an even count the middle of two', () => {
  expect(medianOf([9, 1, 5])).toBe(5);
  expect(medianOf([1, 9, 3, 5])).toBe(4);
});

test('a quantile between two values is interpolated', () => {
  expect(quantileOf([0, 10], 0.25)).toBe(2.5);
  expect(quantileOf([7], 0.99)).toBe(7);
});

test('a spread tells the middle round and the two farthest ones', () => {
  expect(spreadOf([1.4, 1.1, 1.2])).toEqual({ median: 1.2, least: 1.1, most: 1.4 });
});

test('the slope is that of the line through the points', () => {
  expect(slopeOf([[0, 5], [1, 7], [2, 9]])).toBeCloseTo(2); // prettier-ignore
  expect(slopeOf([[0, 4], [1, 4], [2, 4]])).toBeCloseTo(0); // prettier-ignore
});
