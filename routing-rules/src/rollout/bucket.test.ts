import fc from 'fast-check';
import { normalizedStrategyValue } from 'unleash-client/lib/strategy/util.js';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readVectors } from '../testing/read-room-file.ts';
import { bucketOf, bucketsOf, isInShare } from './bucket.ts';
import { murmur3 } from './murmur3.ts';

const scopeKeys = fc.oneof(
  fc.string({ minLength: 1, unit: 'binary' }),
  fc.nat().map((id) => String(id + 1)),
  fc.uuid(),
);
const manyIds = Array.from({ length: 10_000 }, (_, index) => String(index + 1));

describe('the bucket of a scope', () => {
  const vector = z.strictObject({
    scopeKey: z.string(),
    salt: z.string(),
    murmur3: z.int(),
    unleash: z.int(),
    bucket: z.int(),
  });

  test.each(readVectors('bucket', vector).vectors)(
    'of "$scopeKey" with salt "$salt" is $bucket',
    ({ scopeKey, salt, ...expected }) => {
      expect(murmur3(`${salt}:${scopeKey}`)).toBe(expected.murmur3);
      expect(bucketOf(scopeKey, salt)).toBe(expected.bucket);
      expect(Math.floor(expected.bucket / 100) + 1).toBe(expected.unleash);
    },
  );

  test('agrees with Unleash on who is inside every whole percentage', () => {
    fc.assert(
      fc.property(
        scopeKeys,
        fc.string({ unit: 'binary' }),
        fc.integer({ min: 0, max: 100 }),
        (scopeKey, salt, percent) => {
          expect(isInShare(scopeKey, salt, percent)).toBe(normalizedStrategyValue(scopeKey, salt) <= percent);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  test('agrees with Unleash for the first 10,000 users', () => {
    const hundredths = manyIds.map((id) => Math.floor(bucketOf(id, 'trips.cutover') / 100) + 1);
    expect(hundredths).toEqual(manyIds.map((id) => normalizedStrategyValue(id, 'trips.cutover')));
  });

  test('is 0..9999 and the same every time', () => {
    fc.assert(
      fc.property(scopeKeys, fc.string(), (scopeKey, salt) => {
        const bucket = bucketOf(scopeKey, salt);
        expect(Number.isInteger(bucket) && bucket >= 0 && bucket <= 9_999).toBe(true);
        expect(bucketOf(scopeKey, salt)).toBe(bucket);
      }),
    );
  });

  test('of nobody does not exist', () => {
    expect(() => bucketOf('', 'trips.cutover')).toThrow(RangeError);
  });
});

describe('a share', () => {
  const percentages = fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100);

  test('only gains scopes when its percentage rises', () => {
    fc.assert(
      fc.property(scopeKeys, percentages, percentages, (scopeKey, one, other) => {
        const [low, high] = one < other ? [one, other] : [other, one];
        if (isInShare(scopeKey, 'salt', low)) expect(isInShare(scopeKey, 'salt', high)).toBe(true);
      }),
    );
  });

  test('of 0 % has nobody and of 100 % everybody', () => {
    expect(manyIds.some((id) => isInShare(id, 'trips.cutover', 0))).toBe(false);
    expect(manyIds.every((id) => isInShare(id, 'trips.cutover', 100))).toBe(true);
  });

  test('of 50 % of 10,000 users is 50 ± 1.5 %', () => {
    const share = manyIds.filter((id) => isInShare(id, 'trips.cutover', 50)).length / 100;
    expect(Math.abs(share - 50)).toBeLessThanOrEqual(1.5);
  });

  test('of 0.5 % lies inside that of 1 % and is about half of it', () => {
    const ids = Array.from({ length: 100_000 }, (_, index) => String(index + 1));
    const half = ids.filter((id) => isInShare(id, 'trips.cutover', 0.5));
    expect(half.every((id) => normalizedStrategyValue(id, 'trips.cutover') === 1)).toBe(true);
    expect(half.length).toBeGreaterThan(400);
    expect(half.length).toBeLessThan(600);
  });

  test('takes exactly as many buckets as it has hundredths', () => {
    for (let hundredths = 0; hundredths <= 10_000; hundredths++) expect(bucketsOf(hundredths / 100)).toBe(hundredths);
  });

  test('with another salt picks other scopes', () => {
    const both = manyIds.filter((id) => isInShare(id, 'trips.cutover', 50) && isInShare(id, 'vehicles.cutover', 50));
    expect(both.length).toBeGreaterThan(2_200);
    expect(both.length).toBeLessThan(2_800);
  });
});
