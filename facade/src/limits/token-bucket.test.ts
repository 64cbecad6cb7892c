import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { takeToken, type TokenBucket } from './token-bucket.ts';

const policies = fc.record({
  perSecond: fc.double({ min: 0.01, max: 1_000, noNaN: true }),
  burst: fc.integer({ min: 1, max: 100 }),
});

describe('a token bucket', () => {
  test('over any time, allows at most its burst and what the time has earned', () => {
    const pausesMs = fc.array(fc.double({ min: 0, max: 2_000, noNaN: true }), { maxLength: 300 });
    fc.assert(
      fc.property(policies, pausesMs, (policy, pauses) => {
        let bucket: TokenBucket | undefined;
        let nowMs = 5_000;
        const allowedAtMs: number[] = [];
        for (const pauseMs of pauses) {
          nowMs += pauseMs;
          const taken = takeToken(bucket, policy, nowMs);
          bucket = taken.bucket;
          if (taken.isAllowed) allowedAtMs.push(nowMs);
        }
        allowedAtMs.forEach((fromMs, first) => {
          allowedAtMs.slice(first).forEach((untilMs, index) => {
            const earned = (policy.perSecond * (untilMs - fromMs)) / 1_000;
            expect(index + 1).toBeLessThanOrEqual(policy.burst + earned + 1e-6);
          });
        });
      }),
    );
  });

  test('allows one after exactly the time it said, and none before', () => {
    fc.assert(
      fc.property(policies, (policy) => {
        let taken = takeToken(undefined, policy, 0);
        while (taken.waitMs === 0) taken = takeToken(taken.bucket, policy, 0);
        expect(takeToken(taken.bucket, policy, taken.waitMs * 0.99).isAllowed).toBe(false);
        expect(takeToken(taken.bucket, policy, taken.waitMs).isAllowed).toBe(true);
      }),
    );
  });

  test('earns nothing from a clock that goes back', () => {
    const policy = { perSecond: 1, burst: 1 };
    const { bucket } = takeToken(undefined, policy, 10_000);
    const back = takeToken(bucket, policy, 5_000);
    expect(back.isAllowed).toBe(false);
    expect(takeToken(back.bucket, policy, 10_500).isAllowed).toBe(false);
    expect(takeToken(back.bucket, policy, 11_000).isAllowed).toBe(true);
  });
});
