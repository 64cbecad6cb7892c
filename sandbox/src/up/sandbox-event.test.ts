import { expect, test } from 'vitest';
import { describeEvent } from './sandbox-event.ts';

test('a crash is told with its exit, its last lines and what happens next', () => {
  const told = describeEvent({
    kind: 'crashed',
    name: 'sync',
    exit: { code: 1, signal: null },
    lastLines: ['first', 'second'],
    restartInMs: 500,
  });
  expect(told).toBe('sync crashed (exit code 1), restarted in 500 ms; its last lines:\n    first\n    second');
});

test('traffic is one line of counts by status and side', () => {
  const counts = {
    byStatus: { 503: 1, 200: 180 },
    bySide: { legacy: 170, extracted: 11 },
    failedCount: 2,
    skippedCount: 0,
  };
  expect(describeEvent({ kind: 'traffic', counts })).toBe(
    'traffic · 200: 180, 503: 1 · extracted: 11, legacy: 170 · no answer: 2',
  );
});
