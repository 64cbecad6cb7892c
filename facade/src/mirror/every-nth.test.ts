import type { Mirror } from '@banyan/routing-rules';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createEveryNth } from './every-nth.ts';

const aMirror = (percent: number): Mirror => ({ percent, bodyBytes: 0, writes: false, destination: undefined });

describe('every nth request of a rule', () => {
  test.each([
    [100, 'xxxxxxxxxx'],
    [50, 'x.x.x.x.x.'],
    [30, 'x...x..x..x...x..x..'],
    [10, 'x.........x.........'],
  ])('at %d %%', (percent, pattern) => {
    const takes = createEveryNth();
    const mirror = aMirror(percent);
    expect(pattern.replace(/./g, () => (takes(mirror) ? 'x' : '.'))).toBe(pattern);
  });

  test('is its share, to the request', () => {
    const countOf = (hundredths: number): number => {
      const takes = createEveryNth();
      const mirror = aMirror(hundredths / 100);
      return Array.from({ length: 10_000 }, () => takes(mirror)).filter(Boolean).length;
    };
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), (hundredths) => countOf(hundredths) === hundredths),
      { numRuns: 200 },
    );
  });

  test('is counted for each rule apart', () => {
    const takes = createEveryNth();
    const [one, other] = [aMirror(50), aMirror(50)];
    expect([takes(one), takes(other), takes(one), takes(other)]).toEqual([true, true, false, false]);
  });
});
