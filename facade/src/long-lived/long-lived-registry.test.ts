import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Side } from '@banyan/routing-rules';
import type { EndReason } from '../forward/long-lived.ts';
import { createLongLivedRegistry, type LongLivedRegistry, type OpenQuestion } from './long-lived-registry.ts';

const closeWithinMs = 1_000;
let sideNow: (path: string) => Side;
let nextRandom: () => number;
let decidedPaths: string[];
let unwatchedCount: number;
const open = { legacy: 0, extracted: 0 };

beforeEach(() => {
  vi.useFakeTimers();
  sideNow = () => 'extracted';
  nextRandom = () => 0.5;
  decidedPaths = [];
  unwatchedCount = 0;
});
afterEach(() => vi.useRealTimers());

function aRegistry(limit = 10_000): LongLivedRegistry {
  Object.assign(open, { legacy: 0, extracted: 0 });
  return createLongLivedRegistry({
    decideAgain: ({ request: { path } }) => {
      decidedPaths.push(path);
      return sideNow(path);
    },
    closeWithinMs,
    limit,
    random: () => nextRandom(),
    onCount: (_line, side, step) => (open[side] += step),
    onEnding: () => undefined,
    onUnwatched: () => (unwatchedCount += 1),
  });
}

const questionOn = (path: string): OpenQuestion => ({
  request: { method: 'GET', path },
  subject: { kind: 'identified', id: '42' },
});

/** One open exchange, and why it was told to end. */
function opened(registry: LongLivedRegistry, path = '/trips', side: Side = 'extracted') {
  const reasons: EndReason[] = [];
  const release = registry.watch(questionOn(path), side)({ kind: 'websocket', end: (why) => reasons.push(why) });
  return { reasons, release };
}

const reconsidered = (registry: LongLivedRegistry): Promise<unknown> => {
  registry.reconsider();
  return vi.advanceTimersByTimeAsync(0);
};

describe('an open exchange', () => {
  test('of a scope that is rolled back ends at its own moment within the time', async () => {
    const registry = aRegistry();
    const early = opened(registry);
    nextRandom = () => 0.2;
    sideNow = () => 'legacy';
    await reconsidered(registry);
    nextRandom = () => 0.9;
    const late = opened(registry);
    await reconsidered(registry);
    await vi.advanceTimersByTimeAsync(200);
    expect([early.reasons, late.reasons]).toEqual([['rolled-back'], []]);
    await vi.advanceTimersByTimeAsync(700);
    expect(late.reasons).toEqual(['rolled-back']);
  });

  test('is told within the time and once, however many there are and however often something changes', async () => {
    const registry = aRegistry();
    const all = Array.from({ length: 1_000 }, () => opened(registry));
    const draws = all.map((_one, index) => index / all.length).toReversed();
    const toldCount = (): number => all.filter(({ reasons }) => reasons.length > 0).length;
    nextRandom = () => draws.pop() ?? 0;
    sideNow = () => 'legacy';
    await reconsidered(registry);
    const toldCounts = [];
    for (let quarter = 0; quarter < 4; quarter += 1) {
      await vi.advanceTimersByTimeAsync(closeWithinMs / 4);
      toldCounts.push(toldCount());
      registry.reconsider();
    }
    expect(toldCounts.map((count) => Math.round(count / 10))).toEqual([25, 50, 75, 100]);
    await vi.advanceTimersByTimeAsync(closeWithinMs);
    expect(all.map(({ reasons }) => reasons)).toEqual(all.map(() => ['rolled-back']));
  });

  test.each<[string, Side, Side]>([
    ['that is rolled forward', 'legacy', 'extracted'],
    ['that stays on legacy', 'legacy', 'legacy'],
    ['that stays on the extracted side', 'extracted', 'extracted'],
  ])('of a scope %s stays', async (_what, side, next) => {
    const registry = aRegistry();
    const { reasons } = opened(registry, '/trips', side);
    sideNow = () => next;
    await reconsidered(registry);
    await vi.advanceTimersByTimeAsync(closeWithinMs);
    expect(reasons).toEqual([]);
  });

  test('whose scope is rolled forward again before its moment stays, and follows the next roll-back', async () => {
    const registry = aRegistry();
    const { reasons } = opened(registry);
    sideNow = () => 'legacy';
    await reconsidered(registry);
    sideNow = () => 'extracted';
    await vi.advanceTimersByTimeAsync(closeWithinMs);
    expect(reasons).toEqual([]);
    sideNow = () => 'legacy';
    await reconsidered(registry);
    await vi.advanceTimersByTimeAsync(closeWithinMs);
    expect(reasons).toEqual(['rolled-back']);
  });

  test('that is over is not ended, and not counted', async () => {
    const registry = aRegistry();
    const { reasons, release } = opened(registry);
    opened(registry, '/users', 'legacy');
    expect(open).toEqual({ legacy: 1, extracted: 1 });
    sideNow = () => 'legacy';
    await reconsidered(registry);
    release();
    release();
    await vi.advanceTimersByTimeAsync(closeWithinMs);
    expect([reasons, open]).toEqual([[], { legacy: 1, extracted: 0 }]);
  });

  test('above the limit is served and not watched, and the operator is told', () => {
    const registry = aRegistry(1);
    opened(registry);
    opened(registry).release();
    expect([registry.openCount, unwatchedCount]).toEqual([1, 1]);
  });
});

describe('a change', () => {
  test('is looked at in small batches, between which requests are served', async () => {
    const registry = aRegistry();
    const all = Array.from({ length: 1_000 }, (_, index) => opened(registry, `/${index}`));
    sideNow = () => 'legacy';
    registry.reconsider();
    const counts: number[] = [];
    while (decidedPaths.length < all.length) {
      await vi.advanceTimersToNextTimerAsync();
      counts.push(decidedPaths.length);
    }
    expect(counts.slice(0, 5)).toEqual([200, 400, 600, 800, 1_000]);
  });

  test('that comes during a look starts another look', async () => {
    const registry = aRegistry();
    const first = opened(registry, '/first');
    for (let index = 0; index < 300; index += 1) opened(registry, '/other');
    registry.reconsider();
    await vi.advanceTimersToNextTimerAsync();
    expect(decidedPaths).toHaveLength(200);
    sideNow = (path) => (path === '/first' ? 'legacy' : 'extracted');
    registry.reconsider();
    await vi.advanceTimersByTimeAsync(closeWithinMs);
    expect(first.reasons).toEqual(['rolled-back']);
  });
});

describe('a drain', () => {
  test('ends all, on both sides and those that open meanwhile, and waits for them', async () => {
    const registry = aRegistry();
    const lines = [opened(registry), opened(registry, '/users', 'legacy')];
    let isDone = false;
    // The last of all moments.
    nextRandom = () => 0.999;
    void registry.drain(1_000).then(() => (isDone = true));
    lines.push(opened(registry));
    await vi.advanceTimersByTimeAsync(600);
    expect(lines.map(({ reasons }) => reasons)).toEqual([['draining'], ['draining'], ['draining']]);
    expect(isDone).toBe(false);
    lines.forEach(({ release }) => release());
    await vi.advanceTimersByTimeAsync(0);
    expect(isDone).toBe(true);
  });

  test('waits no longer than its time', async () => {
    const registry = aRegistry();
    opened(registry);
    let isDone = false;
    void registry.drain(1_000).then(() => (isDone = true));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(isDone).toBe(true);
  });
});
