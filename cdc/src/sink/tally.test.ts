import { expect, test } from 'vitest';
import type { BusMessage } from '../bus/change-bus.ts';
import { toChange } from './change.ts';
import { originMarkOf, tally } from './tally.ts';
import { itemChange, partChange } from './testing/toy-changes.ts';
import { toyDirection } from './testing/toy-direction.ts';

const changesOf = (...messages: readonly BusMessage[]) =>
  messages.flatMap((message) => toChange(message, toyDirection) ?? []);
const unreadable: BusMessage = { topic: 'there.toys', key: '1', value: Buffer.from('?'), headers: {} };

test('counts by pipeline, with the furthest change of each', () => {
  const changes = changesOf(
    itemChange('c', { lsn: 12 }),
    itemChange('c', { lsn: 11 }),
    partChange('c', { lsn: 10 }),
    unreadable,
  );
  const counts = tally(changes, [{ kind: 'applied' }, { kind: 'stale' }, { kind: 'applied' }, { kind: 'behind' }]);
  expect(counts.all).toMatchObject([
    {
      pipeline: 'toy.item',
      appliedCount: 1,
      staleCount: 1,
      parkedCount: 0,
      furthest: { position: { commitLsn: 12n } },
    },
    { pipeline: 'toy.part', appliedCount: 1, staleCount: 0, furthest: { position: { commitLsn: 10n } } },
    { pipeline: 'unreadable', appliedCount: 0, staleCount: 0, furthest: undefined },
  ]);
});

test('the mark of a transaction is its furthest change, or none', () => {
  expect(originMarkOf(changesOf(itemChange('c', { lsn: 12 }), itemChange('c', { lsn: 11 })))?.position.commitLsn).toBe(
    12n,
  );
  expect(originMarkOf(changesOf(unreadable))).toBeUndefined();
});
