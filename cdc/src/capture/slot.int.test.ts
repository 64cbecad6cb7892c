import { BanyanError, silentLogger } from '@banyan/platform';
import { describe, expect, test, vi } from 'vitest';
import { createEmbeddedBus } from '../bus/embedded-bus.ts';
import { createCapture } from './capture.ts';
import {
  aSource,
  defaultParts,
  labTable,
  slotOf,
  startCapture,
  streaming,
  type Source,
} from './testing/capture-fixture.ts';

const soon = { timeout: 30_000, interval: 10 };

/** A source that was captured for a while and is not now. */
async function aCapturedSource(): Promise<Source> {
  const source = await aSource();
  const { capture, events } = await startCapture(source);
  await source.database.query(`insert into parent values (1, 42, 'a', 1)`);
  await vi.waitFor(() => expect(events).toHaveLength(1), soon);
  await capture.close();
  await vi.waitFor(async () => expect((await slotOf(source))?.active).toBe(false), soon);
  return source;
}

function aCapture(source: Source) {
  const bus = createEmbeddedBus({ log: silentLogger });
  return createCapture(defaultParts(source, bus));
}

describe('a slot that is lost is reported, never made again silently:', () => {
  test('dropped', async () => {
    const source = await aCapturedSource();
    await source.database.query('select pg_drop_replication_slot($1)', [source.slot]);
    await expect(aCapture(source).prepare()).rejects.toMatchObject({ code: 'CDC_SLOT_LOST', concerning: source.slot });
    expect(await slotOf(source)).toBeUndefined();
  });

  test('dropped and made again under the same name', async () => {
    const source = await aCapturedSource();
    await source.database.query('select pg_drop_replication_slot($1)', [source.slot]);
    await source.database.query(`insert into parent values (2, 42, 'missed', 1)`);
    await source.database.query(`select pg_create_logical_replication_slot($1, 'pgoutput')`, [source.slot]);
    await expect(aCapture(source).prepare()).rejects.toThrow(
      /made again or moved: changes from [0-9A-F/]+ to [0-9A-F/]+ are missing/,
    );
  });

  test('moved forward by somebody', async () => {
    const source = await aCapturedSource();
    await source.database.query(`insert into parent values (2, 42, 'skipped', 1)`);
    await source.database.query(`select pg_replication_slot_advance($1, pg_current_wal_lsn())`, [source.slot]);
    await expect(aCapture(source).prepare()).rejects.toMatchObject({ code: 'CDC_SLOT_LOST' });
  });

  test('dropped while it is in use', async () => {
    const source = await aSource();
    const { capture } = await startCapture(source);
    await streaming(capture);
    await source.database.query(`
      do $$ begin
        loop
          perform pg_terminate_backend(active_pid, 5000) from pg_replication_slots where slot_name = '${source.slot}' and active;
          begin
            perform pg_drop_replication_slot('${source.slot}');
            return;
          exception when object_in_use then null;
          end;
        end loop;
      end $$`);
    await vi.waitFor(() => expect(capture.state).toMatchObject({ kind: 'stopped', code: 'CDC_SLOT_LOST' }), soon);
  });

  test('and the remedy works: without slot and record, capture begins anew with a snapshot', async () => {
    const source = await aCapturedSource();
    await source.database.query('select pg_drop_replication_slot($1)', [source.slot]);
    const [remedy] = await aCapture(source)
      .prepare()
      .then(
        () => [],
        (err: unknown) => (err instanceof BanyanError ? [err.remedy] : []),
      );
    const [, statement = ''] = /"(delete from [^"]+)"/.exec(remedy ?? '') ?? [];
    await source.database.query(statement);
    const { events } = await startCapture(source, { snapshot: 'initial' });
    await vi.waitFor(() => expect(events.map(({ operation }) => operation)).toEqual(['r']), soon);
  });
});

test('a name that another plugin uses is refused', async () => {
  const source = await aSource();
  await source.database.query(`select pg_create_physical_replication_slot($1)`, [source.slot]);
  await expect(aCapture(source).prepare()).rejects.toMatchObject({ code: 'CDC_SLOT_FOREIGN' });
  await source.database.query('select pg_drop_replication_slot($1)', [source.slot]);
});

test('everything that is wrong with a source is named at once', async () => {
  const source = await aSource(`
    create table parent (id int primary key, owner int not null);
    create table loose (id int, owner int);
    create table stranger (id int primary key);
    create table twice (id int primary key, "Name" text, name text, owner int);
    alter table twice replica identity full;
    create publication banyan_placeholder for table stranger`);
  await source.database.query(`alter publication banyan_placeholder rename to ${source.slot}`);
  const tables = ['parent', 'loose', 'missing', 'twice'].map((table) => labTable(table));
  const capture = createCapture({ ...defaultParts(source, createEmbeddedBus({ log: silentLogger })), tables });
  await expect(capture.prepare()).rejects.toMatchObject({ code: 'CDC_PREFLIGHT' });
  const message = await capture.prepare().catch((err: unknown) => (err as Error).message);
  expect(message).toContain('5 problem(s)');
  for (const line of [
    'public.stranger: It is in the publication and no pipeline takes it.',
    'public.parent: A delete would not carry owner, so its lane is unknown. Run: alter table public.parent replica identity full.',
    'public.loose: Updates and deletes carry no identity.',
    'public.missing: It does not exist.',
    'public.twice: Two columns differ only in case.',
  ])
    expect(message).toContain(line);
  expect(await slotOf(source)).toBeUndefined();
});

test('a lane column inside the primary key is enough without REPLICA IDENTITY FULL', async () => {
  const source = await aSource(`create table parent (id int, owner int, note text, primary key (owner, id))`);
  const { capture, events } = await startCapture(source, { tables: [labTable('parent')] });
  await streaming(capture);
  await source.database.query(`insert into parent values (1, 42, 'a')`);
  await source.database.query(`delete from parent`);
  await vi.waitFor(() => expect(events.map(({ scope }) => scope)).toEqual(['42', '42']), soon);
});

test('a table declared later is added to the publication of a running slot', async () => {
  const source = await aSource();
  const first = await startCapture(source, { tables: [labTable('parent')] });
  await streaming(first.capture);
  await first.capture.close();
  const second = await startCapture(source);
  await source.database.query(`insert into child values (1, 42, 1)`);
  await vi.waitFor(() => expect(second.events.map(({ table }) => table)).toEqual(['public.child']), soon);
});
