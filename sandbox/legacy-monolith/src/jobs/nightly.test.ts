import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLog } from '../log.ts';
import { scheduleNightly } from './nightly.ts';

beforeEach(() => vi.useFakeTimers({ now: new Date('2026-11-21T17:30:00Z') })); // 02:30 in Seoul
afterEach(() => vi.useRealTimers());

const dayMs = 24 * 3_600_000;
const log = createLog('silent');

test('the job runs once every night at three in Seoul', async () => {
  const job = vi.fn(() => Promise.resolve({}));
  const nightly = scheduleNightly({ hour: 3, log, job });
  await vi.advanceTimersByTimeAsync(30 * 60_000 - 1);
  expect(job).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(job).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(dayMs - 1);
  expect(job).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(1);
  expect(job).toHaveBeenCalledTimes(2);
  nightly.close();
});

test('a night that fails is followed by the next', async () => {
  const job = vi.fn(() => Promise.reject(new TypeError('no database')));
  const nightly = scheduleNightly({ hour: 3, log, job });
  await vi.advanceTimersByTimeAsync(2 * dayMs);
  expect(job).toHaveBeenCalledTimes(2);
  nightly.close();
});

test('nothing runs after close', async () => {
  const job = vi.fn(() => Promise.resolve({}));
  scheduleNightly({ hour: 3, log, job }).close();
  await vi.advanceTimersByTimeAsync(2 * dayMs);
  expect(job).not.toHaveBeenCalled();
});
