import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import type { DirectionCounts } from './direction-status.ts';
import { itemChange, partChange } from './testing/toy-changes.ts';
import { impossibleLabel, toyDirection } from './testing/toy-direction.ts';
import { createToyKit, openAnother, type ToyKit } from './testing/toy-kit.ts';

const hour = 3_600_000;
/** Lanes are tried only when told. */
const whenTold = { retry: { firstMs: hour, maxMs: hour }, lookEveryMs: hour };
const waiting = { timeout: 10_000, interval: 10 };

let kit: ToyKit;
afterEach(() => kit.close());

async function counts(): Promise<Extract<DirectionCounts, { kind: 'known' }>> {
  const status = await kit.sink.status();
  return status.counts.kind === 'known' ? status.counts : expect.fail(status.counts.why);
}

const parkedLanes = async () => (await counts()).parkedLanes.map(({ lane }) => lane);
const missingParent = (lsn: number, owner: number) =>
  partChange('c', { lsn }, { id: owner, owner, item_id: 90 + owner });
const parent = (owner: number) =>
  kit.database.query(`insert into item values ($1, 0, $2, null, 0)`, [90 + owner, `parent ${owner}`]);

describe('redriving when told', () => {
  beforeEach(async () => {
    kit = await createToyKit(inject('postgresUrl'), { times: whenTold });
  });

  test('applies a lane in order once its cause is gone, and the lane flows again', async () => {
    await kit.publish(missingParent(10, 1), partChange('u', { lsn: 11 }, { item_id: 91, name: 'second' }));
    await kit.publish(itemChange('c', { lsn: 12 }));
    await parent(1);
    expect(await kit.sink.redrive()).toBe(1);
    await vi.waitFor(async () => expect(await parkedLanes()).toEqual([]), waiting);
    expect(await kit.parts()).toEqual([{ id: 1, item_id: 91, owner: 1, name: 'second' }]);
    await kit.publish(itemChange('u', { lsn: 13 }, { amount: 4 }));
    expect(await kit.items()).toMatchObject([{ id: 1, amount: 4 }, { id: 91 }]);
    expect((await counts()).pipelines).toMatchObject([
      { pipeline: 'toy.item', appliedCount: 2, staleCount: 0, parkedCount: 0 },
      { pipeline: 'toy.part', appliedCount: 2, staleCount: 0, parkedCount: 0 },
    ]);
  });

  test('releases up to the next change that fails, and stops there', async () => {
    await kit.publish(
      missingParent(10, 1),
      itemChange('c', { lsn: 11 }),
      itemChange('u', { lsn: 12 }, { amount: -1 }),
      itemChange('c', { lsn: 13 }, { id: 2 }),
    );
    await parent(1);
    await kit.sink.redrive();
    await vi.waitFor(async () => expect((await counts()).parkedLanes).toMatchObject([{ errorCode: '23514' }]), waiting);
    expect(await counts()).toMatchObject({
      pipelines: [
        { pipeline: 'toy.item', appliedCount: 1, parkedCount: 2 },
        { pipeline: 'toy.part', appliedCount: 1, parkedCount: 0 },
      ],
      parkedLanes: [{ lane: '1', changeCount: 2, position: '0/C:1', attemptCount: 1 }],
    });
  });

  test('leaves the other lanes alone when it is told one', async () => {
    await kit.publish(missingParent(10, 1), missingParent(11, 2));
    await parent(1);
    await parent(2);
    expect(await kit.sink.redrive('2')).toBe(1);
    await vi.waitFor(async () => expect(await parkedLanes()).toEqual(['1']), waiting);
    expect(await kit.parts()).toMatchObject([{ id: 2 }]);
  });

  test('takes a change that a person corrected', async () => {
    await kit.publish(itemChange('c', { lsn: 10 }, { label: impossibleLabel, amount: 7 }));
    await kit.database.query(
      `update banyan.parked set event = replace(event::text, '"${impossibleLabel}"', '"possible"')::json`,
    );
    await kit.sink.redrive('1');
    await vi.waitFor(async () => expect(await parkedLanes()).toEqual([]), waiting);
    expect(await kit.items()).toMatchObject([{ label: 'possible', amount: 7 }]);
  });

  test('goes on behind a change that a person deleted or emptied', async () => {
    await kit.publish(
      itemChange('c', { lsn: 10 }, { amount: -1 }),
      itemChange('c', { lsn: 11 }, { id: 2, amount: -2 }),
      itemChange('c', { lsn: 12 }, { id: 3, amount: 3 }),
    );
    await kit.database.query(`delete from banyan.parked where commit_lsn = '0/A'`);
    await kit.database.query(`update banyan.parked set event = null where commit_lsn = '0/B'`);
    expect(await kit.sink.redrive()).toBe(1);
    await vi.waitFor(async () => expect(await parkedLanes()).toEqual([]), waiting);
    expect(await kit.items()).toMatchObject([{ id: 3, amount: 3 }]);
  });

  test('counts a change as stale that was overtaken meanwhile', async () => {
    await kit.publish(itemChange('c', { lsn: 10 }, { amount: -1 }));
    // The row changed its owner, and with it the lane.
    await kit.publish(itemChange('u', { lsn: 11 }, { owner: 2, amount: 5 }));
    await kit.sink.redrive();
    await vi.waitFor(async () => expect(await parkedLanes()).toEqual([]), waiting);
    expect(await kit.items()).toMatchObject([{ owner: 2, amount: 5 }]);
    expect((await counts()).pipelines).toMatchObject([{ appliedCount: 1, staleCount: 1, parkedCount: 0 }]);
  });

  test('releases a lane of 1,200 changes in portions', async () => {
    const behind = Array.from({ length: 1_199 }, (_, index) =>
      itemChange('c', { lsn: 11 + index }, { id: 1_000 + index }),
    );
    await kit.publish(missingParent(10, 1), ...behind);
    await parent(1);
    await kit.sink.redrive();
    await vi.waitFor(async () => expect(await parkedLanes()).toEqual([]), waiting);
    expect((await counts()).pipelines).toMatchObject([{ appliedCount: 1_199 }, { appliedCount: 1 }]);
  });

  test('leaves a lane to the person who edits it', async () => {
    await kit.publish(missingParent(10, 1), missingParent(11, 2));
    const editor = openAnother(kit.url);
    await editor.transaction(async (tx) => {
      await tx.query(`select from banyan.parked where lane = '1' for update`);
      expect(await kit.sink.redrive()).toBe(1);
    });
    await editor.close();
  });

  test('keeps an unreadable message until somebody corrects it', async () => {
    await kit.publish({ topic: toyDirection.topic, key: '1', value: Buffer.from('nonsense'), headers: {} });
    await kit.sink.redrive();
    await vi.waitFor(async () => expect((await counts()).parkedLanes).toMatchObject([{ attemptCount: 2 }]), waiting);
    const { headers, value } = itemChange('c', { lsn: 10 });
    await kit.database.query(`update banyan.parked set headers = $1, event = $2, raw = null`, [
      JSON.stringify(headers),
      String(value),
    ]);
    await kit.sink.redrive();
    await vi.waitFor(async () => expect(await parkedLanes()).toEqual([]), waiting);
    expect(await kit.items()).toMatchObject([{ id: 1 }]);
    expect((await counts()).pipelines).toMatchObject([
      { pipeline: 'toy.item', appliedCount: 1, parkedCount: 0 },
      { pipeline: 'unreadable', appliedCount: 0, parkedCount: 0 },
    ]);
  });
});

describe('redriving by itself', () => {
  beforeEach(async () => {
    kit = await createToyKit(inject('postgresUrl'), {
      times: { retry: { firstMs: 1, maxMs: 1 }, lookEveryMs: 5 },
    });
  });

  test('tries again until the cause is gone', async () => {
    await kit.publish(missingParent(10, 1));
    await vi.waitFor(async () => expect((await counts()).parkedLanes[0]?.attemptCount).toBeGreaterThan(2), waiting);
    await parent(1);
    await vi.waitFor(async () => expect(await parkedLanes()).toEqual([]), waiting);
    expect(await kit.parts()).toMatchObject([{ id: 1 }]);
  });

  test('finds the lanes that another sink left behind', async () => {
    await kit.publish(missingParent(10, 1));
    await kit.restart();
    await parent(1);
    await vi.waitFor(async () => expect(await parkedLanes()).toEqual([]), waiting);
  });

  test('waits for a person who edits the lane; other lanes and other changes do not', async () => {
    const editor = openAnother(kit.url);
    await kit.publish(missingParent(10, 1), missingParent(11, 2));
    await editor.transaction(async (tx) => {
      await tx.query(`select from banyan.parked where lane = '1' for update`);
      await parent(1);
      await parent(2);
      await kit.publish(itemChange('c', { lsn: 12 }, { id: 3, owner: 3 }));
      await vi.waitFor(async () => expect(await parkedLanes()).toEqual(['1']), waiting);
    });
    await editor.close();
    await vi.waitFor(async () => expect(await parkedLanes()).toEqual([]), waiting);
  });
});
