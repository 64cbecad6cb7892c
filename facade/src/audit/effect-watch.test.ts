import { expect, test } from 'vitest';
import type { AuditChange, AuditEntry } from './audit.ts';
import { createEffectWatch, type DecisionCount } from './effect-watch.ts';

const entry: AuditEntry = {
  number: 7,
  at: '2026-11-21T03:04:05.000Z',
  kind: 'flag-changed',
  by: 'unleash',
  concerning: 'trips.cutover',
  from: 'off',
  to: 'on: 25 %',
  effect: { usersAdded: 0, usersRemoved: 0 },
};

/** A watch, and the counters that it reads. */
function watching() {
  const counts = new Map<string, number>();
  const recorded: AuditChange[] = [];
  const watch = createEffectWatch({
    counts: () =>
      [...counts].map(([key, count]): DecisionCount => {
        const [capability = '', side = ''] = key.split(' ');
        return { capability, side, count };
      }),
    capabilitiesOf: ({ kind }) => (kind === 'flag-changed' ? new Set(['trips']) : undefined),
    record: (change) => recorded.push(change),
  });
  const serve = (key: string, count: number): void => void counts.set(key, (counts.get(key) ?? 0) + count);
  return { watch, recorded, serve };
}

test('half a minute after a change the shares before and after it are an entry of their own', () => {
  const { watch, recorded, serve } = watching();
  serve('trips legacy', 1_000);
  for (let tick = 0; tick < 4; tick++) watch.tick();
  serve('trips legacy', 95);
  serve('trips extracted', 5);
  serve('vehicles extracted', 500);
  watch.changed(entry);
  serve('trips legacy', 30);
  serve('trips extracted', 10);
  watch.tick();
  watch.tick();
  expect(recorded).toEqual([]);
  watch.tick();
  expect(recorded).toEqual([
    {
      kind: 'effect-measured',
      by: 'facade',
      concerning: 'trips.cutover',
      from: '5.0 % of 100 requests extracted',
      to: '25.0 % of 40 requests extracted',
      effect: { ofNumber: 7, requestsBefore: 100, extractedBefore: 5, requestsAfter: 40, extractedAfter: 10 },
    },
  ]);
  watch.tick();
  expect(recorded).toHaveLength(1);
});

test('a change without traffic says so, and what changes no decision has no effect', () => {
  const { watch, recorded } = watching();
  watch.changed(entry);
  watch.changed({ ...entry, kind: 'rules-refused', effect: { problemCount: 1 } });
  for (let tick = 0; tick < 3; tick++) watch.tick();
  expect(recorded).toMatchObject([{ from: 'no requests', to: 'no requests' }]);
});

test('a storm of changes does not pile up', () => {
  const { watch, recorded } = watching();
  for (let number = 1; number <= 1_000; number++) watch.changed({ ...entry, number });
  for (let tick = 0; tick < 3; tick++) watch.tick();
  expect(recorded).toHaveLength(32);
});
