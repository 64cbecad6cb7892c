import { captureLog } from '@banyan/platform/testing';
import { afterEach, beforeEach, describe, expect, inject, test, vi } from 'vitest';
import { itemChange } from './testing/toy-changes.ts';
import { createToyKit, openAnother, type ToyKit } from './testing/toy-kit.ts';

const waiting = { timeout: 10_000, interval: 10 };
let kit: ToyKit;
let logged: ReturnType<typeof captureLog>;
beforeEach(async () => {
  logged = captureLog();
  kit = await createToyKit(inject('postgresUrl'), {
    log: logged.log,
    times: { stoppedPause: { firstMs: 20, maxMs: 20 } },
  });
});
afterEach(() => kit.close());

const events = () => logged.lines.map(({ event }) => event);

describe('trouble that passes by itself', () => {
  test('a lost connection loses and doubles nothing', async () => {
    await kit.publish(itemChange('c', { lsn: 10 }, { amount: 1 }));
    await kit.database.query(
      `select pg_terminate_backend(active_pid, 5000)
       from (select pid as active_pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()) as others`,
    );
    await kit.publish(itemChange('u', { lsn: 11 }, { amount: 2 }));
    expect(await kit.items()).toMatchObject([{ amount: 2 }]);
    const { counts, state } = await kit.sink.status();
    expect(counts).toMatchObject({ pipelines: [{ appliedCount: 2, staleCount: 0, parkedCount: 0 }] });
    expect(state).toEqual({ kind: 'running' });
  });

  test('a deadlock or a lock time-out is no reason to park', async () => {
    await kit.publish(itemChange('c', { lsn: 10 }));
    await kit.database.query(`alter database ${await databaseName()} set lock_timeout = '50ms'`);
    await kit.restart();
    await kit.database.transaction(async (tx) => {
      await tx.query(`select from item for update`);
      void kit.publish(itemChange('u', { lsn: 11 }, { amount: 2 }));
      await vi.waitFor(() => expect(kit.sink.state).toMatchObject({ kind: 'retrying', code: '55P03' }), waiting);
    });
    await vi.waitFor(async () => expect(await kit.items()).toMatchObject([{ amount: 2 }]), waiting);
    expect((await kit.sink.status()).counts).toMatchObject({ parkedLaneCount: 0 });
    expect(events().filter((event) => event === 'sink.retrying')).toHaveLength(1);
    expect(events()).toContain('sink.recovered');
  });

  test('a second sink of the direction waits until the first one is gone', async () => {
    const first = openAnother(kit.url);
    await kit.publish(itemChange('c', { lsn: 10 }));
    await kit.sink.close();
    await first.session(async (session) => {
      await session.query(`select pg_replication_origin_session_setup('banyan:toy@' || current_database())`);
      await kit.restart();
      void kit.publish(itemChange('u', { lsn: 11 }, { amount: 2 }));
      await vi.waitFor(() => expect(kit.sink.state).toMatchObject({ kind: 'retrying', code: '55006' }), waiting);
    });
    await first.close();
    await vi.waitFor(async () => expect(await kit.items()).toMatchObject([{ amount: 2 }]), waiting);
  });
});

describe('trouble that needs a person', () => {
  test('stops the direction, says why and what to do, and goes on when it is done', async () => {
    await kit.database.query(`alter table item rename to hidden`);
    const published = kit.publish(itemChange('c', { lsn: 10 }));
    await vi.waitFor(() => expect(kit.sink.state.kind).toBe('stopped'), waiting);
    expect((await kit.sink.status()).state).toMatchObject({
      code: '42P01',
      why: 'relation "item" does not exist',
      remedy: expect.stringContaining('migrations') as string,
    });
    await kit.database.query(`alter table hidden rename to item`);
    await published;
    expect(await kit.items()).toHaveLength(1);
    expect(kit.sink.state).toEqual({ kind: 'running' });
    expect(events().filter((event) => event === 'sink.stopped')).toHaveLength(1);
  });

  test('a sink that stands still can be closed', async () => {
    await kit.database.query(`drop table banyan.parked`);
    void kit.publish(itemChange('c', { lsn: 10 })).catch(() => undefined);
    await vi.waitFor(() => expect(kit.sink.state.kind).toBe('stopped'), waiting);
    await kit.sink.close();
    expect(kit.sink.state).toEqual({ kind: 'closed' });
  });

  test('the status says so when the target cannot be asked', async () => {
    await kit.database.query(`drop table banyan.progress`);
    expect((await kit.sink.status()).counts).toMatchObject({
      kind: 'unknown',
      why: 'relation "banyan.progress" does not exist',
    });
  });
});

async function databaseName(): Promise<string> {
  const { rows } = await kit.database.query<{ name: string }>(`select current_database() as name`);
  return rows[0]?.name ?? '';
}
