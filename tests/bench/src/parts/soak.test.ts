import { expect, test } from 'vitest';
import { memoryFigures, type MemorySample } from './soak.ts';

const every5Seconds = (count: number, at: (second: number) => number): readonly MemorySample[] =>
  Array.from({ length: count }, (_, index) => ({ second: (index + 1) * 5, residentMebibytes: at((index + 1) * 5) }));

test('the warm-up counts for nothing', () => {
  const samples = every5Seconds(120, (second) => (second < 60 ? second * 10 : 100));
  expect(memoryFigures(samples, 60, 60)).toEqual({ firstMebibytes: 100, lastMebibytes: 100, mebibytesPerMinute: 0 });
});

test('a leak shows as a slope and as a higher last minute', () => {
  const { firstMebibytes, lastMebibytes, mebibytesPerMinute } = memoryFigures(
    every5Seconds(120, (second) => 100 + second / 30),
    60,
    60,
  );
  expect(mebibytesPerMinute).toBeCloseTo(2);
  expect(lastMebibytes - firstMebibytes).toBeCloseTo(16, 0);
});
