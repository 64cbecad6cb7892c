import { expect, test } from 'vitest';
import { toChange } from './change.ts';
import { createLagMeter } from './lag-meter.ts';
import { itemChange, toyMessage } from './testing/toy-changes.ts';
import { toyDirection } from './testing/toy-direction.ts';

const committedMs = Date.parse('2026-11-21T03:04:05Z');
const batch = [itemChange('c', { lsn: 1 })].flatMap((message) => toChange(message, toyDirection) ?? []);

test('grows while a batch is in hand, and stands still at what it was when that was applied', () => {
  let nowMs = committedMs;
  const lag = createLagMeter(() => nowMs);
  expect(lag.seconds()).toBeNull();
  nowMs += 2_000;
  lag.take(batch);
  expect(lag.seconds()).toBe(2);
  nowMs += 3_000;
  expect(lag.seconds()).toBe(5);
  expect(lag.settle()).toBe(5);
  nowMs += 60_000;
  expect(lag.seconds()).toBe(5);
});

test('counts from the oldest commit of the batch', () => {
  const lag = createLagMeter(() => committedMs + 10_000);
  const older = toyMessage({ lsn: 2, committedAtMicros: BigInt(committedMs - 5_000) * 1000n, after: { id: 1 } });
  lag.take([...batch, ...[older].flatMap((message) => toChange(message, toyDirection) ?? [])]);
  expect(lag.seconds()).toBe(15);
});

test('a source whose clock is ahead, or a message without a time, gives no negative lag', () => {
  const lag = createLagMeter(() => committedMs - 1_000);
  lag.take(batch);
  expect(lag.seconds()).toBe(0);
});
