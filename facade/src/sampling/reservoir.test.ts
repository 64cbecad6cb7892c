import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createReservoir } from './reservoir.ts';

test('every request has the same chance to be in the sample', () => {
  const [countLimit, seen, runs] = [5, 50, 4_000];
  const hits = Array.from({ length: seen }, () => 0);
  // A generator with a fixed seed: the counts are the same in every run of the test.
  let state = 42;
  const randomBelow = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
  for (let run = 0; run < runs; run++) {
    const reservoir = createReservoir({ countLimit, bytesLimit: 10_000, randomBelow });
    for (let index = 0; index < seen; index++) reservoir.claim()?.(String(index));
    for (const line of reservoir.all()) hits[Number(line)] = (hits[Number(line)] ?? 0) + 1;
  }
  const expected = (runs * countLimit) / seen;
  expect(Math.min(...hits)).toBeGreaterThan(expected * 0.8);
  expect(Math.max(...hits)).toBeLessThan(expected * 1.2);
});

test('it stays within its count and its size, in whatever order lines arrive', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(40), fc.boolean()), { maxLength: 60 }), (lines) => {
      const reservoir = createReservoir({ countLimit: 8, bytesLimit: 100, randomBelow: (limit) => limit >> 1 });
      const late: (() => void)[] = [];
      for (const [length, isLate] of lines) {
        const put = reservoir.claim();
        if (isLate) late.push(() => put?.('x'.repeat(length)));
        else put?.('x'.repeat(length));
      }
      late.forEach((put) => put());
      expect(reservoir.seenCount()).toBe(lines.length);
      expect(reservoir.all().length).toBeLessThanOrEqual(8);
      expect(reservoir.all().join('').length).toBeLessThanOrEqual(100);
    }),
  );
});
