import { expect, test } from 'vitest';
import { createAlarm } from './alarm.ts';

const hour = 3_600_000;

test('a ring ends the pause', async () => {
  const alarm = createAlarm();
  const waited = alarm.wait(hour);
  alarm.ring();
  await expect(waited).resolves.toBeUndefined();
});

test('a ring before the pause is not lost, and counts once', async () => {
  const alarm = createAlarm();
  alarm.ring();
  await alarm.wait(hour);
  let isOver = false;
  const second = alarm.wait(hour).then(() => (isOver = true));
  await Promise.resolve();
  expect(isOver).toBe(false);
  alarm.ring();
  await second;
});
