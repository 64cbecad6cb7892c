import { expect, test } from 'vitest';
import { retryDelayMs } from './retry-times.ts';

test('the pause doubles with every attempt, up to its bound', () => {
  const times = { firstMs: 5_000, maxMs: 300_000 };
  expect([0, 1, 2, 5, 6, 1_000].map((count) => retryDelayMs(count, times))).toEqual([
    5_000, 10_000, 20_000, 160_000, 300_000, 300_000,
  ]);
});
