import { describe, expect, test, vi } from 'vitest';
import { aSource, labTable, startCapture, streaming } from './testing/capture-fixture.ts';

const soon = { timeout: 30_000, interval: 10 };

describe('the order and identity of changes', () => {
  test('changes of a commit come in their order, counted from 1', async () => {
    const source = await aSource();
    const { events } = await startCapture(source);
    await source.database.transaction(async (tx) => {
      await tx.query(`insert into parent values (1, 42, 'new', 1.50)`);
      await tx.query(`update parent set note = 'changed' where id = 1`);
      await tx.query(`delete from parent where id = 1`);
    });
    await vi.waitFor(() => expect(events).toHaveLength(3), soon);
    expect(events.map(({ operation, position }) => [operation, position.ordinal])).toEqual([
      ['c', 1],
      ['u', 2],
      ['d', 3],
    ]);
    expect(new Set(events.map(({ position }) => position.commitLsn)).size).toBe(1);
    expect(events[1]).toMatchObject({
      table: 'public.parent',
      scope: '42',
      before: { id: 1, owner: 42, note: 'new', amount: '1.50' },
      after: { id: 1, owner: 42, note: 'changed', amount: '1.50' },
    });
    expect(events[2]).toMatchObject({ before: { note: 'changed' }, after: null });
  });

  test('rows written with one LSN (COPY, insert of many) have positions of their own', async () => {
    const source = await aSource();
    const { events, messages } = await startCapture(source);
    // COPY writes many rows in one WAL record (heap_multi_insert).
    await source.database.query(`copy parent from program 'seq -f "%.0f,1,x,1" 1 2000' with (format csv)`);
    await vi.waitFor(() => expect(events).toHaveLength(2000), soon);
    expect(events.map(({ position }) => position.ordinal)).toEqual(
      Array.from({ length: 2000 }, (_, index) => index + 1),
    );
    const lsns = messages.map(({ value }) => /"lsn":(\d+)/.exec(String(value))?.[1]);
    expect(new Set(lsns).size).toBeLessThan(2000);
  });

  test('transactions that overlapped come in the order of their commits', async () => {
    const source = await aSource();
    const { events } = await startCapture(source);
    await source.database.transaction(async (first) => {
      await first.query(`insert into parent values (1, 1, 'written first', 1)`);
      await source.database.query(`insert into parent values (2, 1, 'committed first', 1)`);
      await first.query(`insert into parent values (3, 1, 'written last', 1)`);
    });
    await vi.waitFor(() => expect(events).toHaveLength(3), soon);
    expect(events.map(({ after }) => after?.['id'])).toEqual([2, 1, 3]);
    const [early, late] = [events[0]?.position.commitLsn ?? 0n, events[1]?.position.commitLsn ?? 0n];
    expect(early).toBeLessThan(late);
  });

  test('a logical message between changes swallows none of them', async () => {
    const source = await aSource();
    const { events } = await startCapture(source);
    await source.database.query(`select pg_logical_emit_message(false, 'other', 'before')`);
    await source.database.transaction(async (tx) => {
      await tx.query(`select pg_logical_emit_message(true, 'other', 'inside')`);
      await tx.query(`insert into parent values (1, 1, 'a', 1)`);
      await tx.query(`select pg_logical_emit_message(false, 'other', 'between')`);
      await tx.query(`insert into parent values (2, 1, 'b', 1)`);
    });
    await vi.waitFor(() => expect(events.map(({ after }) => after?.['id'])).toEqual([1, 2]), soon);
  });

  test('what is read stays as it was when the receive buffer is used again', async () => {
    const source = await aSource();
    const { events } = await startCapture(source);
    const digest = 'md5(i::text) || repeat(md5((i * 7)::text), i % 40)';
    await source.database.query(`insert into parent select i, i, ${digest}, 1 from generate_series(1, 5000) i`);
    await vi.waitFor(() => expect(events).toHaveLength(5000), soon);
    const { rows } = await source.database.query<{ note: string }>('select note from parent order by id');
    expect(events.map(({ after }) => after?.['note'])).toEqual(rows.map(({ note }) => note));
  });
});

describe('keys and lanes', () => {
  test('a changed primary key is a delete and a create that name each other', async () => {
    const source = await aSource();
    const { events, messages } = await startCapture(source);
    await source.database.query(`insert into parent values (1001, 42, 'a', 1)`);
    await source.database.query(`update parent set id = 2001 where id = 1001`);
    await vi.waitFor(() => expect(events).toHaveLength(3), soon);
    expect(events.slice(1)).toMatchObject([
      { operation: 'd', before: { id: 1001 }, after: null, position: { ordinal: 1 } },
      { operation: 'c', before: null, after: { id: 2001 }, position: { ordinal: 2 } },
    ]);
    expect(
      messages.map(({ headers }) => [
        headers['banyan-key'],
        headers['__debezium.newkey'],
        headers['__debezium.oldkey'],
      ]),
    ).toEqual([
      ['{"id":1001}', undefined, undefined],
      ['{"id":1001}', '{"id":2001}', undefined],
      ['{"id":2001}', undefined, '{"id":1001}'],
    ]);
  });

  test('a row that changes its scope travels in the lane it enters', async () => {
    const source = await aSource();
    const { events } = await startCapture(source);
    await source.database.query(`insert into parent values (1, 42, 'a', 1)`);
    await source.database.query(`update parent set owner = 43 where id = 1`);
    await vi.waitFor(() => expect(events.map(({ scope }) => scope)).toEqual(['42', '43']), soon);
  });

  test('of an outbox only the inserts are published', async () => {
    const source = await aSource(`create table outbox (event_id int primary key, scope int not null, data jsonb)`);
    const outbox = labTable('outbox', {
      topic: 'events',
      takes: 'inserts',
      scopeOf: (row) => String(row['scope']),
      keyOf: undefined,
    });
    const { events, messages } = await startCapture(source, { tables: [outbox] });
    for (const id of [1, 2])
      await source.database.transaction(async (tx) => {
        await tx.query(`insert into outbox values (${id}, 42, '{"n": ${id}}')`);
        await tx.query(`delete from outbox where event_id = ${id}`);
      });
    await vi.waitFor(() => expect(events).toHaveLength(2), soon);
    expect(events.map(({ operation, after }) => [operation, after?.['data']])).toEqual([
      ['c', '{"n": 1}'],
      ['c', '{"n": 2}'],
    ]);
    expect(messages.map(({ topic, key }) => `${topic}/${key}`)).toEqual(['events/42', 'events/42']);
  });

  test('names in any script and case are kept', async () => {
    const source = await aSource(`
      create table "Größen" ("id" int primary key, owner int not null, "이름" text, "Mixed" text);
      alter table "Größen" replica identity full`);
    const { events, capture } = await startCapture(source, { tables: [labTable('Größen')], snapshot: 'initial' });
    await streaming(capture);
    await source.database.query(`insert into "Größen" values (1, 42, 'ä', 'b')`);
    await vi.waitFor(() => expect(events).toHaveLength(1), soon);
    expect(events[0]).toMatchObject({ table: 'public.Größen', after: { id: 1, 이름: 'ä', Mixed: 'b' } });
  });
});
