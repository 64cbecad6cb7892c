import { createHash } from 'node:crypto';
import { createMetrics } from '@banyan/platform';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import type { DirectionCounts } from './direction-status.ts';
import { createSinkMetrics } from './sink-metrics.ts';
import { itemChange, partChange, toyMessage } from './testing/toy-changes.ts';
import { impossibleLabel, toyDirection } from './testing/toy-direction.ts';
import { createToyKit, type ToyKit } from './testing/toy-kit.ts';

let kit: ToyKit;
beforeEach(async () => {
  kit = await createToyKit(inject('postgresUrl'));
});
afterEach(() => kit.close());

async function counts(): Promise<Extract<DirectionCounts, { kind: 'known' }>> {
  const status = await kit.sink.status();
  return status.counts.kind === 'known' ? status.counts : expect.fail(status.counts.why);
}

const impossible = (lsn: number, parts = {}) => itemChange('c', { lsn }, { label: impossibleLabel, ...parts });

describe('a change that cannot be applied', () => {
  test('stops its lane, and the others flow', async () => {
    await kit.publish(
      impossible(10),
      itemChange('c', { lsn: 11 }, { id: 2, owner: 2 }),
      itemChange('c', { lsn: 12 }, { id: 3 }),
    );
    await kit.publish(
      itemChange('u', { lsn: 13 }, { id: 2, owner: 2, amount: 5 }),
      itemChange('u', { lsn: 14 }, { id: 3 }),
    );
    expect(await kit.items()).toMatchObject([{ id: 2, amount: 5 }]);
    expect(await counts()).toMatchObject({
      pipelines: [{ pipeline: 'toy.item', appliedCount: 2, staleCount: 0, parkedCount: 3 }],
      parkedLaneCount: 1,
      parkedLanes: [
        {
          lane: '1',
          changeCount: 3,
          table: 'public.item',
          key: 1,
          position: '0/A:1',
          errorCode: 'SINK_UNTRANSLATABLE',
          errorMessage: 'label has no counterpart.',
          attemptCount: 1,
        },
      ],
    });
  });

  test('does not take back what its lane did before in the same batch', async () => {
    await kit.publish(
      itemChange('c', { lsn: 10 }, { amount: 1 }),
      itemChange('u', { lsn: 11 }, { label: impossibleLabel }),
    );
    expect(await kit.items()).toMatchObject([{ id: 1, amount: 1 }]);
  });

  test.for([
    {
      what: 'a check',
      change: itemChange('c', { lsn: 10 }, { amount: -1 }),
      code: '23514',
      place: 'item_amount_check',
    },
    {
      what: 'a unique value',
      change: itemChange('c', { lsn: 10 }, { label: 'taken' }),
      code: '23505',
      place: 'item_label_key',
    },
    {
      what: 'a missing parent',
      change: partChange('c', { lsn: 10 }, { item_id: 99 }),
      code: '23503',
      place: 'part_item_id_fkey',
    },
    {
      what: 'a bounded text',
      change: partChange('c', { lsn: 10 }, { item_id: 9, name: 'longer than ten' }),
      code: '22001',
      place: '',
    },
  ])('is found among 300 that can, where $what refuses it', async ({ change, code, place }) => {
    await kit.publish(itemChange('c', { lsn: 5 }, { id: 9, owner: 9, label: 'taken' }));
    const good = Array.from({ length: 300 }, (_, index) =>
      itemChange('c', { lsn: 20 + index }, { id: 100 + index, owner: 100 + index }),
    );
    await kit.publish(...good.slice(0, 137), change, ...good.slice(137));
    expect(await kit.items()).toHaveLength(301);
    const { parkedLanes, pipelines } = await counts();
    expect(parkedLanes).toMatchObject([{ lane: '1', errorCode: code, changeCount: 1 }]);
    expect(parkedLanes[0]?.errorMessage).toContain(place);
    expect(pipelines.reduce((sum, { appliedCount }) => sum + appliedCount, 0)).toBe(301);
  });

  test('is parked by every lane on its own, several in one batch', async () => {
    const lanes = [1, 2, 3, 4];
    await kit.publish(
      ...lanes.map((owner) =>
        itemChange('c', { lsn: 10 + owner }, { id: owner, owner, amount: owner % 2 === 0 ? -1 : 1 }),
      ),
    );
    expect(await kit.items()).toMatchObject([{ id: 1 }, { id: 3 }]);
    expect((await counts()).parkedLanes).toMatchObject([{ lane: '2' }, { lane: '4' }]);
  });

  test('never shows a value of its row', async () => {
    await kit.publish(partChange('c', { lsn: 10 }, { name: 'a secret of eleven' }));
    await kit.publish({ topic: toyDirection.topic, key: '7', value: Buffer.from('{"a secret": tru'), headers: {} });
    expect(JSON.stringify(await counts())).not.toContain('secret');
  });
});

describe('a message that is no change of a row', () => {
  test('is parked when it cannot be read, byte by byte', async () => {
    const value = Buffer.from([0x7b, 0xff, 0x00, 0x7d]);
    await kit.publish(
      { topic: toyDirection.topic, key: '1', value, headers: { nul: '\0' } },
      itemChange('c', { lsn: 10 }),
    );
    const { rows } = await kit.database.query<{ raw: Buffer | null }>(`select raw from banyan.parked order by id`);
    expect(rows.map(({ raw }) => raw && createHash('sha256').update(raw).digest('hex'))).toEqual([
      createHash('sha256').update(value).digest('hex'),
      null,
    ]);
    expect(await counts()).toMatchObject({
      pipelines: [
        { pipeline: 'toy.item', parkedCount: 1 },
        { pipeline: 'unreadable', parkedCount: 1 },
      ],
      parkedLanes: [{ lane: '1', errorCode: 'SINK_UNREADABLE', changeCount: 2 }],
    });
  });

  test.for([
    { what: 'a truncate', message: toyMessage({ lsn: 10, operation: 't' }) },
    { what: 'a table of no pipeline', message: toyMessage({ lsn: 10, table: 'public.stranger', after: { id: 1 } }) },
    { what: 'a row without an int4 key', message: toyMessage({ lsn: 10, after: { id: 'one' } }) },
    { what: 'a key beyond int4', message: toyMessage({ lsn: 10, after: { id: 2 ** 31 } }) },
  ])('is parked when it is $what', async ({ message }) => {
    await kit.publish(message);
    expect((await counts()).parkedLanes).toMatchObject([{ lane: '1', errorCode: 'SINK_NOT_FOR_A_ROW' }]);
  });

  test('is dropped when it is a tombstone: the delete before it said everything', async () => {
    await kit.publish({ topic: toyDirection.topic, key: '1', value: null, headers: {} });
    expect(await counts()).toMatchObject({ pipelines: [], parkedLaneCount: 0 });
  });
});

describe('a row that came without some of its content', () => {
  const row = { id: 1, owner: 1, label: 'x', note: '__debezium_unavailable_value', amount: 1 };

  test('is parked when a mapped column is missing', async () => {
    await kit.publish(toyMessage({ lsn: 10, operation: 'u', after: row, unavailable: ['note'] }));
    expect(await kit.items()).toEqual([]);
    expect((await counts()).parkedLanes).toMatchObject([
      { errorCode: 'SINK_COLUMN_UNAVAILABLE', errorMessage: 'The source did not send the unchanged content of note.' },
    ]);
  });

  test('is applied when only a column is missing that nobody reads', async () => {
    await kit.publish(
      toyMessage({ lsn: 10, operation: 'u', after: { ...row, note: null, other: 'x' }, unavailable: ['other'] }),
    );
    expect(await kit.items()).toMatchObject([{ id: 1, note: null }]);
  });

  test('is parked as undecodable when a column is of another type', async () => {
    await kit.publish(toyMessage({ lsn: 10, after: { ...row, note: null, amount: 'many' } }));
    expect((await counts()).parkedLanes).toMatchObject([
      { errorCode: 'SINK_UNDECODABLE', errorMessage: 'Column amount is missing or of an unexpected type.' },
    ]);
  });
});

describe('a stopped lane', () => {
  test('stays stopped when the sink is started anew', async () => {
    await kit.publish(impossible(10));
    await kit.restart();
    await kit.publish(itemChange('c', { lsn: 11 }, { id: 2 }), itemChange('c', { lsn: 12 }, { id: 3, owner: 3 }));
    expect(await kit.items()).toMatchObject([{ id: 3 }]);
    expect((await counts()).parkedLanes).toMatchObject([{ lane: '1', changeCount: 2 }]);
  });

  test('parks what is handed over again only once, and does not park what it had applied', async () => {
    const batch = [itemChange('c', { lsn: 10 }), impossible(11, { id: 2 }), itemChange('c', { lsn: 12 }, { id: 3 })];
    await kit.publish(...batch);
    await kit.publish(...batch);
    expect(await counts()).toMatchObject({
      pipelines: [{ appliedCount: 1, staleCount: 3, parkedCount: 2 }],
      parkedLanes: [{ changeCount: 2 }],
    });
  });
});

test('metrics say what was applied and what waits', async () => {
  const metrics = createMetrics({ process: false });
  await kit.close();
  kit = await createToyKit(inject('postgresUrl'), { metrics: createSinkMetrics(metrics), times: { lookEveryMs: 5 } });
  await kit.publish(itemChange('c', { lsn: 10 }), impossible(11, { id: 2 }), itemChange('c', { lsn: 12 }, { id: 3 }));
  await vi.waitFor(async () => {
    const text = await metrics.registry.metrics();
    expect(text).toContain('sync_changes_total{direction="toy",pipeline="toy.item",outcome="applied"} 1');
    expect(text).toContain('sync_changes_total{direction="toy",pipeline="toy.item",outcome="parked"} 2');
    expect(text).toContain('sync_parked_changes{direction="toy"} 2');
    expect(text).toContain('sync_apply_seconds_count{direction="toy"} 1');
  });
});
