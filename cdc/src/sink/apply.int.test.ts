import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { itemChange, partChange } from './testing/toy-changes.ts';
import { createToyKit, type ToyKit } from './testing/toy-kit.ts';

let kit: ToyKit;
beforeEach(async () => {
  kit = await createToyKit(inject('postgresUrl'));
});
afterEach(() => kit.close());

async function progress(): Promise<unknown> {
  const { counts } = await kit.sink.status();
  return counts.kind === 'known' ? counts.pipelines : counts;
}

describe('the sink', () => {
  test('creates, updates and deletes rows, and counts exactly', async () => {
    await kit.publish(itemChange('c', { lsn: 10 }, { amount: 1 }), itemChange('c', { lsn: 11 }, { id: 2, owner: 2 }));
    await kit.publish(itemChange('u', { lsn: 12 }, { amount: 7 }), itemChange('d', { lsn: 13 }, { id: 2, owner: 2 }));
    expect(await kit.items()).toEqual([{ id: 1, owner: 1, label: 'label 1', note: null, amount: 7 }]);
    expect(await progress()).toEqual([
      {
        pipeline: 'toy.item',
        appliedCount: 4,
        staleCount: 0,
        parkedCount: 0,
        position: '0/D:1',
        committedAt: '2026-11-21T03:04:05.000Z',
      },
    ]);
  });

  test('takes several changes of one row in one batch for their last state, and counts each', async () => {
    await kit.publish(
      itemChange('c', { lsn: 10 }, { amount: 1 }),
      itemChange('u', { lsn: 10, ordinal: 2 }, { amount: 2 }),
      itemChange('d', { lsn: 11 }),
      itemChange('c', { lsn: 12 }, { amount: 3 }),
    );
    expect(await kit.items()).toMatchObject([{ amount: 3 }]);
    expect(await progress()).toMatchObject([{ appliedCount: 4, staleCount: 0 }]);
  });

  test('a row that comes and goes in one batch leaves only its version', async () => {
    await kit.publish(itemChange('c', { lsn: 10 }), itemChange('d', { lsn: 11 }));
    expect(await kit.items()).toEqual([]);
    const { rows } = await kit.database.query(`select key, deleted from banyan.row_version`);
    expect(rows).toEqual([{ key: 1, deleted: true }]);
  });

  test('saves parents before children, whatever the order in the batch', async () => {
    await kit.publish(
      itemChange('c', { lsn: 10 }),
      partChange('c', { lsn: 11 }),
      itemChange('c', { lsn: 12 }, { id: 2 }),
      partChange('c', { lsn: 13 }, { id: 2, item_id: 2 }),
    );
    expect(await kit.parts()).toMatchObject([{ item_id: 1 }, { item_id: 2 }]);
  });

  test('removes children before parents in one batch', async () => {
    await kit.publish(itemChange('c', { lsn: 10 }), partChange('c', { lsn: 11 }));
    await kit.publish(partChange('d', { lsn: 12 }), itemChange('d', { lsn: 13 }));
    expect(await kit.items()).toEqual([]);
    expect(await progress()).toMatchObject([
      { pipeline: 'toy.item', appliedCount: 2 },
      { pipeline: 'toy.part', appliedCount: 2 },
    ]);
  });

  test('lets a unique value move from a deleted row to a new one in one batch', async () => {
    await kit.publish(itemChange('c', { lsn: 10 }, { label: 'x' }));
    await kit.publish(
      itemChange('d', { lsn: 11 }, { label: 'x' }),
      itemChange('c', { lsn: 12 }, { id: 2, owner: 2, label: 'x' }),
    );
    expect(await kit.items()).toMatchObject([{ id: 2, label: 'x' }]);
  });

  test('plays a set one by one where only the order of the source fits: two rows swap a unique value', async () => {
    await kit.publish(
      itemChange('c', { lsn: 10 }, { label: 'a' }),
      itemChange('c', { lsn: 11 }, { id: 2, label: 'b' }),
    );
    await kit.publish(
      itemChange('u', { lsn: 12 }, { label: 'c' }),
      itemChange('u', { lsn: 12, ordinal: 2 }, { id: 2, label: 'a' }),
      itemChange('u', { lsn: 12, ordinal: 3 }, { label: 'b' }),
    );
    expect(await kit.items()).toMatchObject([{ label: 'b' }, { label: 'a' }]);
    expect(await progress()).toMatchObject([{ appliedCount: 5, parkedCount: 0 }]);
  });

  test('does not write a row that the translation left as it was', async () => {
    await kit.publish(itemChange('c', { lsn: 10 }));
    const { rows: before } = await kit.database.query(`select xmin from item`);
    await kit.publish(itemChange('u', { lsn: 11 }));
    const { rows: after } = await kit.database.query(`select xmin from item`);
    expect(after).toEqual(before);
    expect(await progress()).toMatchObject([{ appliedCount: 2 }]);
  });

  test('applies 20,000 snapshot rows in a few transactions, not row by row', async () => {
    const rows = Array.from({ length: 20_000 }, (_, index) =>
      itemChange('r', { lsn: 10, ordinal: 0 }, { id: 1 + index, owner: index % 500 }),
    );
    await kit.publish(...rows);
    const { rows: counted } = await kit.database.query<{ rowCount: number; transactionCount: number }>(
      `select count(*)::int as "rowCount", count(distinct xmin::text)::int as "transactionCount" from item`,
    );
    expect(counted[0]?.rowCount).toBe(20_000);
    expect(counted[0]?.transactionCount).toBeLessThan(40);
  });

  test('measures how far it is behind', async () => {
    expect((await kit.sink.status()).lagSeconds).toBeNull();
    await kit.publish(itemChange('c', { lsn: 10 }));
    expect((await kit.sink.status()).lagSeconds).toBeGreaterThanOrEqual(0);
  });
});

describe('the guard', () => {
  test('a batch that is handed over again changes nothing and counts as stale', async () => {
    const batch = [itemChange('c', { lsn: 10 }, { amount: 1 }), itemChange('u', { lsn: 11 }, { amount: 2 })];
    await kit.publish(...batch);
    await kit.publish(...batch);
    expect(await kit.items()).toMatchObject([{ amount: 2 }]);
    expect(await progress()).toMatchObject([{ appliedCount: 2, staleCount: 2, position: '0/B:1' }]);
  });

  test('an older change of another ordinal is stale, a newer one is not', async () => {
    await kit.publish(itemChange('c', { lsn: 10, ordinal: 5 }, { amount: 5 }));
    await kit.publish(itemChange('u', { lsn: 10, ordinal: 4 }, { amount: 4 }));
    expect(await kit.items()).toMatchObject([{ amount: 5 }]);
    await kit.publish(itemChange('u', { lsn: 10, ordinal: 6 }, { amount: 6 }));
    expect(await kit.items()).toMatchObject([{ amount: 6 }]);
  });

  test('an older upsert does not bring a deleted row back', async () => {
    await kit.publish(itemChange('c', { lsn: 10 }), itemChange('d', { lsn: 20 }));
    await kit.publish(itemChange('u', { lsn: 15 }, { amount: 9 }));
    expect(await kit.items()).toEqual([]);
    expect(await progress()).toMatchObject([{ appliedCount: 2, staleCount: 1 }]);
  });

  test('a streamed change wins over a snapshot row that arrives later', async () => {
    await kit.publish(itemChange('u', { lsn: 11 }, { amount: 2 }));
    await kit.publish(itemChange('r', { lsn: 10, ordinal: 0 }, { amount: 1 }));
    expect(await kit.items()).toMatchObject([{ amount: 2 }]);
  });
});
