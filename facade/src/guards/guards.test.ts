import { expect, test } from 'vitest';
import { createGuards, type Alarm } from './guards.ts';

const alarm = (part: Partial<Alarm> = {}): Alarm => ({
  capability: 'trips',
  scope: undefined,
  why: 'errors',
  since: '2026-11-21T03:04:05.000Z',
  ...part,
});

function guardsOf(scopeLimit = 10) {
  const counts: number[] = [];
  return { guards: createGuards({ scopeLimit, onChange: (count) => counts.push(count) }), counts };
}

test('an alarm holds for its capability or its scope until it is lifted', () => {
  const { guards, counts } = guardsOf();
  guards.raise(alarm({ scope: '42' }));
  expect([guards.alarmFor('trips', '42')?.why, guards.alarmFor('trips', '43')]).toEqual(['errors', undefined]);
  guards.raise(alarm({ why: 'latency' }));
  expect(guards.alarmFor('trips', '43')?.why).toBe('latency');
  expect(guards.alarmFor('vehicles', '43')).toBeUndefined();
  expect(guards.lift({ capability: 'trips', scope: undefined })).toBe(true);
  expect(guards.lift({ capability: 'trips', scope: undefined })).toBe(false);
  expect(guards.all()).toEqual([alarm({ scope: '42' })]);
  expect(counts).toEqual([1, 2, 1]);
});

test('alarms for single scopes are bounded; one for everybody is always taken', () => {
  const { guards } = guardsOf(1);
  expect(guards.raise(alarm({ scope: '1' }))).toBe(true);
  expect(guards.raise(alarm({ scope: '2' }))).toBe(false);
  expect(guards.raise(alarm({ scope: '1', why: 'again' }))).toBe(true);
  expect(guards.raise(alarm())).toBe(true);
  guards.lift({ capability: 'trips', scope: '1' });
  expect(guards.raise(alarm({ scope: '2' }))).toBe(true);
});
