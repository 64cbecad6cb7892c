import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { noBreaker } from '../../testing/an-upstream.ts';
import type { ForwardOutcome } from '../outcome.ts';
import { Breaker } from './breaker.ts';
import { CheckRow } from './check-row.ts';
import { chooseInstance } from './choose-instance.ts';
import { Ejection } from './ejection.ts';
import type { Instance } from './instance.ts';
import { SlidingTally } from './sliding-tally.ts';
import { verdictOf } from './verdict.ts';

describe('an instance that fails', () => {
  function anEjection() {
    const times: number[] = [];
    const ejection = new Ejection({ ejectAfter: 2, ejectMs: 100, maxEjectMs: 250 }, (forMs) => times.push(forMs));
    const failAt = (nowMs: number): void => {
      ejection.record('failure', nowMs);
      ejection.record('failure', nowMs);
    };
    return { ejection, times, failAt };
  }

  test('is out for a time that grows to a bound', () => {
    const { ejection, times, failAt } = anEjection();
    failAt(0);
    expect([ejection.isOut(99), ejection.isOut(100)]).toEqual([true, false]);
    for (const nowMs of [100, 300, 600]) failAt(nowMs);
    expect(times).toEqual([100, 200, 250, 250]);
  });

  test('starts anew after it has served well for as long as the longest time', () => {
    const { ejection, times, failAt } = anEjection();
    failAt(0);
    ejection.record('success', 349);
    failAt(349);
    ejection.record('success', 549 + 250);
    failAt(549 + 250);
    expect(times).toEqual([100, 200, 100]);
  });

  test('is not judged by one failure, by what says nothing, or while it is out', () => {
    const { ejection, times } = anEjection();
    for (const verdict of ['failure', 'success', 'failure', 'neutral'] as const) ejection.record(verdict, 0);
    expect(times).toEqual([]);
    ejection.record('failure', 0);
    ejection.record('failure', 50);
    ejection.record('failure', 50);
    expect(times).toEqual([100]);
  });
});

test('checks change an instance only several in a row', () => {
  const checks = new CheckRow({ healthyAfter: 2, unhealthyAfter: 3 });
  const results = [false, false, true, false, false, false, true, false, true, true];
  expect(results.map((isGood) => checks.note(isGood))).toEqual([
    ...[false, false, false, false, false, true],
    ...[false, false, false, true],
  ]);
  expect(checks.isHealthy).toBe(true);
});

const says: [string, ForwardOutcome][] = [
  ['success', { kind: 'completed', status: 200 }],
  ['success', { kind: 'completed', status: 500 }],
  ['failure', { kind: 'completed', status: 503 }],
  ['failure', { kind: 'connect-failed', code: 'X' }],
  ['failure', { kind: 'upstream-cut', phase: 'headers', code: 'X' }],
  ['failure', { kind: 'upstream-cut', phase: 'body', code: 'X' }],
  ['failure', { kind: 'answer-refused', phase: 'headers', code: 'X' }],
  ['failure', { kind: 'timed-out', phase: 'connect', isTotal: false }],
  ['failure', { kind: 'timed-out', phase: 'headers', isTotal: true }],
  ['neutral', { kind: 'timed-out', phase: 'body', isTotal: false }],
  ['neutral', { kind: 'client-aborted', phase: 'headers' }],
  ['neutral', { kind: 'client-stalled', phase: 'headers' }],
  ['neutral', { kind: 'request-refused', code: 'X' }],
  ['neutral', { kind: 'unavailable' }],
];
test.each(says)('%s is what the instance gets for %j', (verdict, outcome) => {
  expect(verdictOf(outcome, [503])).toBe(verdict);
});

interface Stand {
  readonly isHealthy: boolean;
  readonly isOpen: boolean;
  readonly isTried: boolean;
  readonly outstandingCount: number;
}

function choose(stands: readonly Stand[], maxUnhealthyPercent = 50): Stand | undefined {
  const instances = stands.map(({ isHealthy, isOpen, outstandingCount }) => {
    const breaker = new Breaker({ ...noBreaker, enabled: true, failures: 1 }, () => undefined);
    if (isOpen) breaker.record(breaker.pass(0), 'failure', 0);
    return { breaker, isHealthy: () => isHealthy, outstandingCount } as unknown as Instance;
  });
  const tried = new Set(instances.filter((_instance, index) => stands[index]?.isTried));
  const chosen = chooseInstance({ instances, tried, maxUnhealthyPercent, nowMs: 1, random: () => 0 });
  return chosen && stands[instances.indexOf(chosen)];
}

const stand = fc.record({
  isHealthy: fc.boolean(),
  isOpen: fc.boolean(),
  isTried: fc.boolean(),
  outstandingCount: fc.nat(3),
});
const fine: Stand = { isHealthy: true, isOpen: false, isTried: false, outstandingCount: 0 };
const sick: Stand = { ...fine, isHealthy: false };

describe('the choice among instances', () => {
  test.prop([fc.array(stand), fc.nat(100)])(
    'finds one whenever a breaker lets one pass, and no other',
    (stands, most) => {
      const chosen = choose(stands, most);
      expect(chosen !== undefined).toBe(stands.some(({ isOpen }) => !isOpen));
      expect(chosen?.isOpen).not.toBe(true);
    },
  );

  test.prop([fc.array(stand)])('takes a healthy, untried one where there is one, unless too many are out', (stands) => {
    const outCount = stands.filter(({ isHealthy }) => !isHealthy).length;
    fc.pre(outCount * 2 <= stands.length);
    const good = stands.filter(({ isHealthy, isOpen, isTried }) => isHealthy && !isOpen && !isTried);
    const chosen = choose(stands);
    if (good.length > 0) expect(good).toContain(chosen);
  });

  test('passes an unhealthy one by, but takes it when nobody else is left', () => {
    expect(choose([sick, { ...fine, outstandingCount: 9 }])).toMatchObject({ isHealthy: true });
    expect(choose([sick, { ...fine, isOpen: true }])).toBe(sick);
    expect(choose([sick, { ...fine, isTried: true }])).toBe(sick);
  });

  test('uses all when more are out than may be: the checks are more likely wrong than the servers', () => {
    const busy = { ...fine, outstandingCount: 9 };
    expect(choose([sick, sick, busy])).toBe(sick);
    expect(choose([sick, busy, busy])).toBe(busy);
    expect(choose([sick, sick, busy], 100)).toBe(busy);
  });

  test('takes one that was tried only when there is no other', () => {
    const tried = { ...fine, isTried: true };
    expect(choose([tried, { ...fine, outstandingCount: 9 }])).toMatchObject({ isTried: false });
    expect(choose([tried])).toBe(tried);
  });
});

const events = fc.array(fc.tuple(fc.nat(300), fc.boolean()));
test.prop([events])('a tally counts what is not older than its window', (waits) => {
  const tally = new SlidingTally(1_000);
  const marks: number[] = [];
  const counts: number[] = [];
  let nowMs = 0;
  for (const [waitMs, isMark] of waits) {
    nowMs += waitMs;
    if (isMark) tally.mark(nowMs);
    else tally.count(nowMs);
    (isMark ? marks : counts).push(Math.floor(nowMs / 100));
  }
  const isRecent = (part: number): boolean => part > Math.floor(nowMs / 100) - 10;
  expect(tally.read(nowMs)).toEqual({
    allCount: counts.filter(isRecent).length,
    markedCount: marks.filter(isRecent).length,
  });
});
