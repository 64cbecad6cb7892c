import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { startClock, type Timeouts } from './clock.ts';

const timeouts: Timeouts = { connectMs: 100, headersMs: 200, bodyIdleMs: 300, totalMs: 1_000, upgradeIdleMs: 5_000 };
beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  // The common timer finds nothing to do, and stops.
  vi.advanceTimersByTime(1_000);
  vi.useRealTimers();
});

/** What a clock said, each with the milliseconds after the start. */
function started(given: Timeouts = timeouts) {
  const said: [number, 'phase' | 'total'][] = [];
  const startMs = performance.now();
  const clock = startClock(given, (isTotal) => said.push([performance.now() - startMs, isTotal ? 'total' : 'phase']));
  return { clock, said };
}

describe('the clock of an exchange', () => {
  test.each([
    ['connect', undefined, 100],
    ['upload', 'upload', 300],
    ['headers', 'headers', 200],
    ['body', 'body', 300],
    ['stream', 'stream', 300],
  ] as const)('ends %s at its own limit, never early and not much later', (_name, phase, limitMs) => {
    const { clock, said } = started();
    if (phase) clock.enter(phase);
    vi.advanceTimersByTime(2_000);
    expect(said).toEqual([[expect.any(Number), 'phase']]);
    expect(said[0]?.[0]).toBeGreaterThanOrEqual(limitMs);
    expect(said[0]?.[0]).toBeLessThanOrEqual(limitMs + 40);
  });

  test('starts again with every byte, until the whole has taken too long', () => {
    const { clock, said } = started();
    clock.enter('body');
    for (let step = 0; step < 20; step += 1) {
      vi.advanceTimersByTime(100);
      clock.touch();
    }
    expect(said).toEqual([[expect.any(Number), 'total']]);
    expect(said[0]?.[0]).toBeGreaterThanOrEqual(1_000);
  });

  test('of a stream has no total limit', () => {
    const { clock, said } = started();
    clock.enter('stream');
    for (let step = 0; step < 20; step += 1) {
      vi.advanceTimersByTime(100);
      clock.touch();
    }
    expect(said).toEqual([]);
    clock.stop();
  });

  test('says nothing once it is stopped, and leaves no timer behind', () => {
    const clocks = [started(), started()];
    vi.advanceTimersByTime(50);
    for (const { clock } of clocks) clock.stop();
    vi.advanceTimersByTime(5_000);
    expect(clocks.flatMap(({ said }) => said)).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test('has its full time although the process was busy since it started', () => {
    const { clock, said } = started();
    clock.enter('headers');
    const now = performance.now.bind(performance);
    const clockOfProcess = vi.spyOn(performance, 'now').mockImplementation(() => now() + 900);
    vi.advanceTimersByTime(190);
    expect(said).toEqual([]);
    vi.advanceTimersByTime(60);
    expect(said).toHaveLength(1);
    clockOfProcess.mockRestore();
    clock.stop();
  });
});
