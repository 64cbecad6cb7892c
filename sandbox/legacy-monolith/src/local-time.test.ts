import { expect, test } from 'vitest';
import { msUntilLocalHour, toLocal, toLocalSecond, toUtc, toUtcOrNull } from './local-time.ts';

test("Seoul's wall clock is nine hours ahead of UTC", () => {
  expect(toUtc('2026-11-21 12:04:05')).toBe('2026-11-21T03:04:05.000Z');
  expect(toUtc('2026-01-01 03:00:00.25')).toBe('2025-12-31T18:00:00.250Z');
});

test('no time is no time', () => {
  expect(toUtcOrNull(null)).toBeNull();
});

test('a moment is written as local milliseconds, and read back as itself', () => {
  const moment = new Date('2026-11-21T20:04:05.678Z');
  expect(toLocal(moment)).toBe('2026-11-22 05:04:05.678');
  expect(toUtc(toLocal(moment))).toBe(moment.toISOString());
});

test('local seconds are cut, not rounded', () => {
  expect(toLocalSecond(new Date('2026-11-21T03:04:05.999Z'))).toBe('2026-11-21 12:04:05');
});

test('three at night is waited for on the clock of Seoul', () => {
  const minute = 60_000;
  expect(msUntilLocalHour(3, new Date('2026-11-21T17:59:00Z'))).toBe(minute);
  expect(msUntilLocalHour(3, new Date('2026-11-21T18:00:00Z'))).toBe(24 * 60 * minute);
  expect(msUntilLocalHour(3, new Date('2026-11-21T18:01:00Z'))).toBe((24 * 60 - 1) * minute);
});
