import { expect, test } from 'vitest';
import { gapFigures, type ClockRecording } from './clock-gaps.ts';

const lengthMicros = 100_000;
/** A tenth of a second with these gaps in it. */
const aRecording = (...gaps: readonly (readonly [startMicros: number, lengthMicros: number])[]): ClockRecording => ({
  lengthMicros,
  takenMicros: 0,
  gaps: gaps.map(([startMicros, lengthMicros]) => ({ startMicros, lengthMicros })),
});

test('a core that is never away loses nothing, and work takes what it needs', () => {
  expect(gapFigures(aRecording())).toEqual({
    seconds: 0.1,
    lostShare: 0,
    takenShare: 0,
    longGapsPerSecond: 0,
    longestGapMicros: 0,
    workP99Micros: 250,
    delayedShare: 0,
  });
});

test('all gaps are lost time, only those above 200 µs are long ones', () => {
  const figures = gapFigures(aRecording([10_000, 200], [20_000, 201], [30_000, 4_599]));
  expect(figures).toMatchObject({ lostShare: 0.05, longGapsPerSecond: 20, longestGapMicros: 4_599 });
});

test('what other programs have had is told apart from what is lost', () => {
  const figures = gapFigures({ ...aRecording([10_000, 4_000]), takenMicros: 1_000 });
  expect(figures).toMatchObject({ lostShare: 0.04, takenShare: 0.01 });
});

test('a gap delays the work that was begun less than its length before it, and what begins in its first part', () => {
  // From 9,760 to 10,790: a start at 9,750 is done when the gap begins, one at 10,800 loses the last 200 µs of it.
  const startCount = (lengthMicros - 250) / 10 + 1;
  expect(gapFigures(aRecording([10_000, 1_000])).delayedShare * startCount).toBeCloseTo(104);
});

test('two gaps that each are short delay together the work that meets both', () => {
  expect(gapFigures(aRecording([10_000, 150], [12_000, 150])).delayedShare).toBe(0);
  expect(gapFigures(aRecording([10_000, 150], [10_250, 150])).delayedShare).toBeGreaterThan(0);
});

test('where every stretch meets a gap, the 99th percentile is the work and the gap', () => {
  const gaps = Array.from({ length: 400 }, (_, index) => [index * 250, 50] as const);
  // 200 of each 250 µs are left: work of 250 µs meets one gap, or two.
  expect(gapFigures(aRecording(...gaps)).workP99Micros).toBe(350);
});
