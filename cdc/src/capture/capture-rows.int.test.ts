import { describe, expect, test, vi } from 'vitest';
import { aSource, labTable, startCapture, streaming } from './testing/capture-fixture.ts';

const soon = { timeout: 30_000, interval: 10 };

describe('a large value that did not change', () => {
  const wide = (identity: string) => `
    create table wide (id int primary key, owner int not null, note text, data jsonb, bytes bytea, list text[], small int);
    alter table wide alter note set storage external, alter bytes set storage external, alter list set storage external;
    alter table wide replica identity ${identity}`;
  const large = `repeat('abc', 5000), jsonb_build_object('k', (select string_agg(md5(i::text), '') from generate_series(1, 500) i)),
    decode(repeat('ab', 9000), 'hex'), array[repeat('x', 9000), null]`;

  test('is taken from the old row under REPLICA IDENTITY FULL', async () => {
    const source = await aSource(wide('full'));
    const { events } = await startCapture(source, { tables: [labTable('wide')] });
    await source.database.query(`insert into wide values (1, 42, ${large}, 1)`);
    await source.database.query(`update wide set small = 2 where id = 1`);
    await vi.waitFor(() => expect(events).toHaveLength(2), soon);
    expect(events[1]?.unavailable).toEqual([]);
    expect(events[1]?.after).toEqual({ ...events[0]?.after, small: 2 });
  });

  test('is marked unavailable, in the row and beside it, when only the key is known', async () => {
    const source = await aSource(wide('default'));
    const table = labTable('wide', { scopeOf: (row) => String(row['id']) });
    const { events, messages } = await startCapture(source, { tables: [table] });
    await source.database.query(`insert into wide values (1, 42, ${large}, 1)`);
    await source.database.query(`update wide set small = 2 where id = 1`);
    await source.database.query(`delete from wide where id = 1`);
    await vi.waitFor(() => expect(events).toHaveLength(3), soon);
    expect(events[1]?.unavailable).toEqual(['note', 'data', 'bytes', 'list']);
    expect(messages[1]?.headers['banyan-unavailable']).toBe('["note","data","bytes","list"]');
    expect(events[1]).toMatchObject({ before: null, after: { small: 2, note: '__debezium_unavailable_value' } });
    // The other columns of a key tuple are filler: they are left out, not read as nulls.
    expect(events[2]?.before).toEqual({ id: 1 });
  });

  test('a value that really is the placeholder text is not taken for one', async () => {
    const source = await aSource(wide('full'));
    const { events } = await startCapture(source, { tables: [labTable('wide')] });
    await source.database.query(`insert into wide (id, owner, note) values (1, 42, '__debezium_unavailable_value')`);
    await vi.waitFor(() => expect(events).toHaveLength(1), soon);
    expect(events[0]).toMatchObject({ unavailable: [], after: { note: '__debezium_unavailable_value' } });
  });
});

test('a generated column is in neither the snapshot nor the stream', async () => {
  const source = await aSource(`
    create table made (id int primary key, owner int not null, twice int generated always as (id * 2) stored);
    alter table made replica identity full`);
  await source.database.query(`insert into made values (1, 42)`);
  const { events, capture } = await startCapture(source, { tables: [labTable('made')], snapshot: 'initial' });
  await streaming(capture);
  await source.database.query(`insert into made values (2, 42)`);
  await vi.waitFor(() => expect(events).toHaveLength(2), soon);
  expect(events.map(({ after }) => Object.keys(after ?? {}))).toEqual([
    ['id', 'owner'],
    ['id', 'owner'],
  ]);
});

describe('a table that is altered while it is captured', () => {
  test('has its new column from the next change on, and a dropped one no more', async () => {
    const source = await aSource();
    const { events } = await startCapture(source);
    await source.database.query(`insert into parent values (1, 42, 'a', 1)`);
    await source.database.query(`alter table parent add column extra int8 default 7`);
    await source.database.query(`insert into parent values (2, 42, 'b', 1)`);
    await source.database.query(`alter table parent drop column note`);
    await source.database.query(`insert into parent (id, owner) values (3, 42)`);
    await vi.waitFor(() => expect(events).toHaveLength(3), soon);
    expect(events.map(({ after }) => Object.keys(after ?? {}))).toEqual([
      ['id', 'owner', 'note', 'amount'],
      ['id', 'owner', 'note', 'amount', 'extra'],
      ['id', 'owner', 'amount', 'extra'],
    ]);
  });

  test('stops the capture when the column that names the lane is gone', async () => {
    const source = await aSource();
    const { capture, events } = await startCapture(source);
    await source.database.query(`alter table parent rename column owner to holder`);
    await source.database.query(`insert into parent values (1, 42, 'a', 1)`);
    await vi.waitFor(() => expect(capture.state).toMatchObject({ kind: 'stopped', code: 'CDC_LANE_UNKNOWN' }), soon);
    expect(events).toEqual([]);
  });

  test('stops the capture when it is renamed, because its changes would go nowhere', async () => {
    const source = await aSource();
    const { capture } = await startCapture(source);
    await streaming(capture);
    await source.database.query(`alter table parent rename to other`);
    await source.database.query(`insert into other values (1, 42, 'a', 1)`);
    await vi.waitFor(() => expect(capture.state).toMatchObject({ kind: 'stopped', code: 'CDC_TABLE_UNMAPPED' }), soon);
  });
});
