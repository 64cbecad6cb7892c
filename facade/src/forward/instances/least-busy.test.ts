import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { leastBusy } from './least-busy.ts';

const counts = fc.array(fc.nat(5).map((outstandingCount) => ({ outstandingCount })));
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test.prop([counts, chance])('nobody has fewer requests under way than the one that is taken', (all, random) => {
  const taken = leastBusy(all, () => random);
  if (all.length === 0) expect(taken).toBeUndefined();
  else expect(all.every(({ outstandingCount }) => outstandingCount >= (taken?.outstandingCount ?? 99))).toBe(true);
});

test('chance decides among equals, and only among them', () => {
  const all = [1, 0, 0, 2, 0].map((outstandingCount) => ({ outstandingCount }));
  const taken = [0, 0.34, 0.99].map((random) => all.indexOf(leastBusy(all, () => random) ?? { outstandingCount: -1 }));
  expect(taken).toEqual([1, 2, 4]);
});
