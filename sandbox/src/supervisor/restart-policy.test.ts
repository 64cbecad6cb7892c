import { expect, test } from 'vitest';
import { afterCrash } from './restart-policy.ts';

test('each crash within a minute waits twice as long', () => {
  const delays = [[0], [0, 1000], [0, 1000, 2000]].map((crashes) => afterCrash(crashes));
  expect(delays).toEqual([250, 500, 1000].map((delayMs) => ({ kind: 'restart', delayMs })));
});

test('the fourth crash within a minute is final', () => {
  expect(afterCrash([0, 10_000, 20_000, 59_000])).toEqual({ kind: 'give-up', crashCount: 4 });
});

test('crashes of more than a minute ago are forgiven', () => {
  expect(afterCrash([0, 1000, 2000, 70_000])).toEqual({ kind: 'restart', delayMs: 250 });
});
