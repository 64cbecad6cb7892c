import { expect, test } from 'vitest';
import type { CaptureRecord } from './capture-record.ts';
import { judgeSlot, type SlotFacts } from './slot.ts';

const record: CaptureRecord = {
  slot: 'banyan_legacy',
  consistentLsn: 10n,
  acknowledgedLsn: 20n,
  isSnapshotComplete: true,
};
const slot: SlotFacts = { plugin: 'pgoutput', isInThisDatabase: true, confirmedLsn: 15n, invalidation: undefined };

test.each([
  ['nothing is there yet', undefined, undefined, 'create'],
  ['the slot was made and we ended before it was recorded', undefined, slot, 'adopt'],
  ['the slot stands behind what was recorded', record, slot, 'resume'],
  ['the slot stands exactly at what was recorded', record, { ...slot, confirmedLsn: 20n }, 'resume'],
  ['a crash of the server moved the slot back', record, { ...slot, confirmedLsn: 1n }, 'resume'],
  ['the slot was dropped', record, undefined, 'lost'],
  ['the slot was made again or moved', record, { ...slot, confirmedLsn: 21n }, 'lost'],
  ['the server threw its WAL away', record, { ...slot, invalidation: 'wal_removed' }, 'lost'],
  ['it decodes with another plugin', record, { ...slot, plugin: 'wal2json' }, 'foreign'],
  ['it is in another database', undefined, { ...slot, isInThisDatabase: false }, 'foreign'],
])('when %s', (_when, known, found, kind) => {
  expect(judgeSlot(known, found).kind).toBe(kind);
});
