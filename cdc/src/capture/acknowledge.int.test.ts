import { BanyanError } from '@banyan/platform';
import { describe, expect, test, vi } from 'vitest';
import { parseLsn } from '../event/position.ts';
import { aSource, quickTuning, slotOf, startCapture, streaming, type Source } from './testing/capture-fixture.ts';
import { createManualBus } from './testing/manual-bus.ts';

const soon = { timeout: 20_000, interval: 10 };

const confirmedOf = async (source: Source): Promise<bigint> => parseLsn((await slotOf(source))?.confirmed ?? '0/0');

async function walEnd({ database }: Source): Promise<bigint> {
  const { rows } = await database.query<{ lsn: string }>('select pg_current_wal_insert_lsn()::text as lsn');
  return parseLsn(rows[0]?.lsn ?? '0/0');
}

const insert = (id: number, count = 1) =>
  `insert into parent select ${id} + i, 42, 'x', 1 from generate_series(0, ${count - 1}) i`;

describe('the slot', () => {
  test('never passes a change that is not durable on the bus', async () => {
    const source = await aSource();
    const bus = createManualBus();
    await startCapture(source, { bus });
    await source.database.query(insert(1));
    await vi.waitFor(() => expect(bus.calls).toHaveLength(1), soon);
    const beforeSecond = await walEnd(source);
    await source.database.query(insert(2));
    await vi.waitFor(() => expect(bus.calls).toHaveLength(2), soon);
    // WAL that is not captured brings keepalives far beyond the waiting changes.
    await source.database.query(`create table noise as select repeat('x', 1000) from generate_series(1, 2000)`);
    bus.calls[1]?.durable();
    await vi.waitFor(async () => expect((await replyOf(source)).replayLag).toBe(true), soon);
    expect(await confirmedOf(source)).toBeLessThan(beforeSecond);
    bus.calls[0]?.durable();
    await vi.waitFor(async () => expect(await confirmedOf(source)).toBeGreaterThan(beforeSecond), soon);
  });

  test('moves only at the ends of transactions, and not before all chunks of one are durable', async () => {
    const source = await aSource();
    const bus = createManualBus();
    await startCapture(source, { bus, tuning: { ...quickTuning, chunkCount: 10 } });
    const sentCount = () => bus.calls.reduce((sum, { messages }) => sum + messages.length, 0);
    await source.database.query(insert(1, 35));
    await vi.waitFor(() => expect(sentCount()).toBe(35), soon);
    expect(bus.calls.length).toBeGreaterThan(3);
    const record = await recordOf(source);
    // All but the first: a contiguous prefix counts, not the furthest one.
    for (const call of bus.calls.slice(1)) call.durable();
    await source.database.query(`create table noise as select repeat('x', 1000) from generate_series(1, 2000)`);
    await source.database.query(insert(100));
    await vi.waitFor(() => expect(sentCount()).toBe(36), soon);
    expect(await recordOf(source)).toBe(record);
    bus.calls[0]?.durable();
    await vi.waitFor(async () => expect(await recordOf(source)).toBeGreaterThan(record), soon);
  });

  test('is told only after the position was recorded', async () => {
    const source = await aSource();
    const { events } = await startCapture(source);
    for (let id = 1; id <= 20; id += 1) await source.database.query(insert(id));
    await vi.waitFor(() => expect(events).toHaveLength(20), soon);
    await vi.waitFor(async () => {
      const [confirmed, recorded] = [await confirmedOf(source), await recordOf(source)];
      expect(confirmed).toBeLessThanOrEqual(recorded);
      expect((await source.database.query(lastCommitted)).rows).toEqual([{ isConfirmed: true }]);
    }, soon);
  });

  test('follows the end of the WAL while nothing is captured, so that the server need not keep it', async () => {
    const source = await aSource();
    const { capture } = await startCapture(source);
    await streaming(capture);
    await source.database.query(`create table noise as select repeat('x', 1000) from generate_series(1, 20000)`);
    const end = await walEnd(source);
    await vi.waitFor(async () => expect(await confirmedOf(source)).toBeGreaterThanOrEqual(end - 65_536n), soon);
  });

  test('is free, and confirmed to the last durable change, when the capture has closed', async () => {
    const source = await aSource();
    const { capture, events } = await startCapture(source, {
      tuning: { ...quickTuning, acknowledgeIntervalMs: 60_000 },
    });
    await streaming(capture);
    for (const id of [1, 2, 3]) await source.database.query(insert(id));
    await vi.waitFor(() => expect(events).toHaveLength(3), soon);
    await capture.close();
    await vi.waitFor(async () => expect((await slotOf(source))?.active).toBe(false), soon);
    const again = await startCapture(source);
    await source.database.query(insert(4));
    await vi.waitFor(() => expect(again.events.map(({ after }) => after?.['id'])).toEqual([4]), soon);
  });
});

describe('a slow bus', () => {
  test('pauses the source: a large transaction is never held whole', async () => {
    const source = await aSource();
    const bus = createManualBus();
    const limitBytes = 1_000_000;
    const { capture } = await startCapture(source, {
      bus,
      tuning: { ...quickTuning, inFlightBytesLimit: limitBytes, chunkCount: 500 },
    });
    await streaming(capture);
    await source.database.query(insert(1, 100_000));
    let highestBytes = 0;
    let durableCount = 0;
    let seen = 0;
    while (seen < 100_000) {
      await vi.waitFor(() => expect(bus.calls.length).toBeGreaterThan(durableCount), soon);
      highestBytes = Math.max(highestBytes, (await capture.status()).inFlightBytes);
      for (const call of bus.calls.slice(durableCount)) {
        call.durable();
        durableCount += 1;
        seen += call.messages.length;
      }
    }
    expect(seen).toBe(100_000);
    // Above the limit by what one read of the socket may hold: 64 KiB of rows, some ten times that as envelopes. All of it is 56 MB.
    expect(highestBytes).toBeLessThan(limitBytes + 16 * 65_536);
    expect(highestBytes).toBeGreaterThan(limitBytes);
  }, 120_000);

  test('does not make the server hang up: it hears from a paused capture twice per timeout', async () => {
    const source = await aSource();
    const { rows } = await source.database.query<{ name: string }>('select current_database() as name');
    await source.database.query(`alter database ${rows[0]?.name ?? ''} set wal_sender_timeout = '400ms'`);
    const bus = createManualBus();
    const { capture } = await startCapture(source, { bus, tuning: { ...quickTuning, inFlightBytesLimit: 10_000 } });
    await streaming(capture);
    await source.database.query(insert(1, 20_000));
    await vi.waitFor(() => expect(bus.calls.length).toBeGreaterThan(0), soon);
    const { pid, replyAt } = await replyOf(source);
    // Several timeouts later it is still the same connection.
    await vi.waitFor(async () => expect((await replyOf(source)).replyAt - replyAt).toBeGreaterThan(2_000), soon);
    expect((await replyOf(source)).pid).toBe(pid);
    bus.open();
    await vi.waitFor(() => expect(bus.calls.flatMap(({ messages }) => messages)).toHaveLength(20_000), soon);
  });
});

test('a quiet server is not taken for a dead one', async () => {
  const source = await aSource();
  const { rows } = await source.database.query<{ name: string }>('select current_database() as name');
  await source.database.query(`alter database ${rows[0]?.name ?? ''} set wal_sender_timeout = '200ms'`);
  const { capture } = await startCapture(source);
  await streaming(capture);
  const { pid, replyAt } = await replyOf(source);
  await vi.waitFor(async () => expect((await replyOf(source)).replyAt - replyAt).toBeGreaterThan(1_500), soon);
  expect((await replyOf(source)).pid).toBe(pid);
});

describe('an interruption', () => {
  test('of the connection is mended, and nothing is missing afterwards', async () => {
    const source = await aSource();
    const { capture, events } = await startCapture(source);
    await streaming(capture);
    for (let id = 1; id <= 5; id += 1) {
      await source.database.query(insert(id));
      await source.database.query(
        `select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = $1`,
        [source.slot],
      );
    }
    await vi.waitFor(
      () => expect(new Set(events.map(({ after }) => after?.['id']))).toEqual(new Set([1, 2, 3, 4, 5])),
      soon,
    );
    // Sent again perhaps, but never out of order for the first time.
    const firstTimes = [...new Set(events.map(({ after }) => after?.['id']))];
    expect(firstTimes).toEqual([1, 2, 3, 4, 5]);
  });

  test('by another process on the slot is waited for', async () => {
    const source = await aSource();
    const first = await startCapture(source);
    await streaming(first.capture);
    const second = await startCapture(source);
    await vi.waitFor(() => expect(second.capture.state.kind).toBe('waiting'), soon);
    await first.capture.close();
    await streaming(second.capture);
  });

  test('by a bus that refuses a message for good stops the capture before it', async () => {
    const source = await aSource();
    const bus = createManualBus();
    const { capture } = await startCapture(source, { bus });
    await streaming(capture);
    const before = await walEnd(source);
    await source.database.query(insert(1));
    await vi.waitFor(() => expect(bus.calls).toHaveLength(1), soon);
    bus.calls[0]?.refuse(new BanyanError('BUS_MESSAGE_TOO_LARGE', 'too large', { remedy: 'Shorten it.' }));
    await vi.waitFor(
      () =>
        expect(capture.state).toMatchObject({ kind: 'stopped', code: 'BUS_MESSAGE_TOO_LARGE', remedy: 'Shorten it.' }),
      soon,
    );
    expect(await confirmedOf(source)).toBeLessThanOrEqual(before);
  });
});

const lastCommitted = `
  select bool_and(acknowledged_lsn > consistent_lsn) as "isConfirmed" from banyan.capture`;

async function recordOf({ database, name }: Source): Promise<bigint> {
  const { rows } = await database.query<{ lsn: string }>(
    'select acknowledged_lsn::text as lsn from banyan.capture where source = $1',
    [name],
  );
  return parseLsn(rows[0]?.lsn ?? '0/0');
}

/** What the server's sender knows of its client. */
async function replyOf({ database, slot }: Source) {
  const { rows } = await database.query<{ pid: number; replyAt: number; replayLag: boolean }>(
    `select pid, extract(epoch from reply_time)::float8 * 1000 as "replyAt", sent_lsn > flush_lsn as "replayLag"
       from pg_stat_replication where pid = (select active_pid from pg_replication_slots where slot_name = $1)`,
    [slot],
  );
  return rows[0] ?? { pid: 0, replyAt: 0, replayLag: false };
}
