import { expect, test } from 'vitest';
import { restartDelayMs } from './restart-delay.ts';

test('a worker that crashes again and again waits longer each time, up to ten seconds', () => {
  expect([1, 2, 3, 8, 50].map(restartDelayMs)).toEqual([100, 200, 400, 10_000, 10_000]);
});
