import { expect, test } from 'vitest';
import type { RequestLimit } from '@banyan/routing-rules';
import { rateLimitFields } from './rate-limit-fields.ts';
import { createRequestBuckets } from './request-buckets.ts';

const limit: RequestLimit = { name: 'trips', place: 'capability', perSecond: 0.5, burst: 3, by: 'subject' };

function bucketsOf(callersLimit = 100) {
  let forgottenCount = 0;
  const time = { nowMs: 0 };
  const buckets = createRequestBuckets({
    callersLimit,
    nowMs: () => time.nowMs,
    onForgotten: () => (forgottenCount += 1),
  });
  const takeAll = (caller: string, of = limit): number => {
    let count = 0;
    while (buckets.take(of, caller).isAllowed) count += 1;
    return count;
  };
  return { buckets, time, takeAll, forgotten: () => forgottenCount };
}

test('each caller has a budget of his own for each place that says one', () => {
  const { takeAll, time } = bucketsOf();
  expect([takeAll('a'), takeAll('a'), takeAll('b')]).toEqual([3, 0, 3]);
  expect([takeAll('a', { ...limit, place: 'route' }), takeAll('a', { ...limit, name: 'other' })]).toEqual([3, 3]);
  time.nowMs = 4_000;
  expect(takeAll('a')).toBe(2);
});

test('names of any length take little room, and are told apart to their last letter', () => {
  const { takeAll, buckets } = bucketsOf();
  const long = 'x'.repeat(10_000);
  expect([takeAll(`${long}a`), takeAll(`${long}b`), takeAll(`${long}a`)]).toEqual([3, 3, 0]);
  expect(buckets.callerCount).toBe(2);
});

test('no more callers are known than there is room for; whoever was silent for longest is forgotten', () => {
  const { takeAll, buckets, forgotten } = bucketsOf(2);
  for (const caller of ['a', 'b', 'a', 'c']) takeAll(caller);
  expect([buckets.callerCount, forgotten()]).toEqual([2, 1]);
  expect([takeAll('a'), takeAll('b')]).toEqual([0, 3]);
});

test('nothing is held while nothing is limited', () => {
  expect(bucketsOf(1_000_000).buckets.callerCount).toBe(0);
});

test('the fields say what is left and when there is more, in whole seconds that are never too few', () => {
  const { buckets, time } = bucketsOf();
  const fields = () => rateLimitFields(limit, buckets.take(limit, 'a')).slice(2);
  expect(rateLimitFields(limit, buckets.take(limit, 'b'))).toEqual([
    ...['ratelimit-policy', '"trips";q=3;w=6'],
    ...['ratelimit', '"trips";r=2;t=2'],
  ]);
  expect([fields(), fields(), fields()]).toEqual([
    ['ratelimit', '"trips";r=2;t=2'],
    ['ratelimit', '"trips";r=1;t=2'],
    ['ratelimit', '"trips";r=0;t=2'],
  ]);
  expect(fields()).toEqual(['ratelimit', '"trips";r=0;t=2', 'retry-after', '2']);
  time.nowMs = 999;
  expect(fields()).toEqual(['ratelimit', '"trips";r=0;t=2', 'retry-after', '2']);
  time.nowMs = 1_001;
  expect(fields()).toEqual(['ratelimit', '"trips";r=0;t=1', 'retry-after', '1']);
  time.nowMs = 2_000;
  expect(fields()).toEqual(['ratelimit', '"trips";r=0;t=2']);
});
