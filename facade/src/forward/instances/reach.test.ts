import { expect, test } from 'vitest';
import { Reach } from './reach.ts';

test('a failure is told when its code is new, and once a minute while it lasts', () => {
  const told: string[] = [];
  const reach = new Reach((code) => told.push(code));
  const failing = (code: string, nowMs: number): void => reach.note({ kind: 'connect-failed', code }, nowMs);
  failing('A', 0);
  failing('A', 59_999);
  expect([told, reach.failure]).toEqual([['A'], 'A']);
  failing('A', 60_000);
  failing('B', 60_001);
  expect(told).toEqual(['A', 'A', 'B']);
});

test('a failure is over with the next answer; one that flaps is not told each time', () => {
  const told: string[] = [];
  const reach = new Reach((code) => told.push(code));
  reach.note({ kind: 'connect-failed', code: 'A' }, 0);
  reach.note({ kind: 'timed-out', phase: 'headers', isTotal: false }, 1);
  expect(reach.failure).toBe('A');
  reach.note({ kind: 'completed', status: 500 }, 2);
  expect(reach.failure).toBeUndefined();
  reach.note({ kind: 'connect-failed', code: 'A' }, 3);
  expect([told, reach.failure]).toEqual([['A'], 'A']);
});
