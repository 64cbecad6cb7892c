import { describe, expect, test } from 'vitest';
import type { BusMessage } from '../bus/change-bus.ts';
import { toChange, type Change, type RowChange } from './change.ts';
import { fold, type Stored } from './fold.ts';
import { itemChange, partChange, toyMessage } from './testing/toy-changes.ts';
import { impossibleLabel, toyDirection, type Item } from './testing/toy-direction.ts';

const noLanes = new Set<string>();
const nothingStored: Stored = { positionOf: () => undefined, recordOf: () => undefined };

function changesOf(...messages: readonly BusMessage[]): readonly Change[] {
  return messages.flatMap((message) => toChange(message, toyDirection) ?? []);
}

function storing(record: Item, lsn: number): Stored {
  const isIt = (change: RowChange) => change.key === record.id;
  return {
    positionOf: (change) => (isIt(change) ? { commitLsn: BigInt(lsn), ordinal: 1 } : undefined),
    recordOf: (change) => (isIt(change) ? record : undefined),
  };
}

const kindsOf = (folded: ReturnType<typeof fold>) => folded.outcomes.map(({ kind }) => kind);
const stored: Item = { id: 1, owner: 1, label: 'label 1', note: null, amount: 0 };

describe('folding', () => {
  test('keeps one row per key, with its last state and position and what was stored before', () => {
    const changes = changesOf(itemChange('u', { lsn: 10 }, { amount: 1 }), itemChange('u', { lsn: 11 }, { amount: 2 }));
    const folded = fold(changes, storing(stored, 5), noLanes);
    expect(kindsOf(folded)).toEqual(['applied', 'applied']);
    expect(folded.rows).toMatchObject([
      { table: 'public.item', key: 1, position: { commitLsn: 11n, ordinal: 1 }, before: stored, after: { amount: 2 } },
    ]);
  });

  test('rows of two tables with one key are two rows', () => {
    const changes = changesOf(itemChange('c', { lsn: 10 }), partChange('c', { lsn: 11 }));
    expect(fold(changes, nothingStored, noLanes).rows.map(({ table }) => table)).toEqual([
      'public.item',
      'public.part',
    ]);
  });

  test('an equal or older position is stale, also against a change of the same batch', () => {
    const changes = changesOf(
      itemChange('u', { lsn: 10 }),
      itemChange('u', { lsn: 12 }),
      itemChange('u', { lsn: 12 }),
      itemChange('u', { lsn: 11 }),
    );
    expect(kindsOf(fold(changes, storing(stored, 10), noLanes))).toEqual(['stale', 'applied', 'stale', 'stale']);
  });

  test('a change that fails stops its lane from there on, and only its lane', () => {
    const changes = changesOf(
      itemChange('c', { lsn: 10 }, { id: 1 }),
      itemChange('c', { lsn: 11 }, { id: 2, label: impossibleLabel }),
      itemChange('c', { lsn: 12 }, { id: 3 }),
      itemChange('c', { lsn: 13 }, { id: 4, owner: 2 }),
    );
    const folded = fold(changes, nothingStored, noLanes);
    expect(kindsOf(folded)).toEqual(['applied', 'failed', 'behind', 'applied']);
    expect(folded.rows.map(({ key }) => key)).toEqual([1, 4]);
    expect(folded.stoppedLanes).toEqual(new Set(['1']));
  });

  test('in a lane that is stopped already everything is behind, but what was applied before is stale', () => {
    const changes = changesOf(itemChange('u', { lsn: 10 }), itemChange('u', { lsn: 20 }), itemChange('d', { lsn: 21 }));
    expect(kindsOf(fold(changes, storing(stored, 10), new Set(['1'])))).toEqual(['stale', 'behind', 'behind']);
  });

  test('an update without its new row fails', () => {
    const changes = changesOf(toyMessage({ lsn: 10, operation: 'u', before: { ...stored } }));
    expect(fold(changes, nothingStored, noLanes).outcomes).toMatchObject([
      { kind: 'failed', failure: { code: 'SINK_NOT_FOR_A_ROW' } },
    ]);
  });

  test('the lanes that were given are not changed', () => {
    const given = new Set<string>();
    fold(changesOf(itemChange('c', { lsn: 10 }, { label: impossibleLabel })), nothingStored, given);
    expect(given).toEqual(noLanes);
  });
});
