import { expect, test, vi } from 'vitest';
import type { ChangeEvent } from '../event/change-event.ts';
import { isAfter } from '../event/position.ts';
import { aSource, quickTuning, startCapture, streaming } from './testing/capture-fixture.ts';

const soon = { timeout: 20_000, interval: 10 };

test('what was there before the slot comes first, parents before children, older than every streamed change', async () => {
  const source = await aSource();
  await source.database.query(`insert into child select i, i % 3, i from generate_series(1, 500) i`);
  await source.database.query(`insert into parent select i, i % 3, 'x', 1 from generate_series(1, 500) i`);
  const { capture, events } = await startCapture(source, { snapshot: 'initial' });
  await streaming(capture);
  await source.database.query(`update parent set note = 'y' where id = 1`);
  await vi.waitFor(() => expect(events).toHaveLength(1001), soon);
  const read = events.slice(0, 1000);
  expect(new Set(read.map(({ operation, position }) => `${operation}${position.ordinal}`))).toEqual(new Set(['r0']));
  expect(read.findLastIndex(({ table }) => table === 'public.parent')).toBeLessThan(
    read.findIndex(({ table }) => table === 'public.child'),
  );
  const [first, streamed] = [events[0], events[1000]];
  if (!first || !streamed) throw new TypeError('1001 events were expected');
  expect(isAfter(streamed.position, first.position)).toBe(true);
  expect(await capture.status()).toMatchObject({ snapshot: 'complete' });
});

test('writers that run meanwhile lose nothing and double nothing: snapshot and stream fit without a gap', async () => {
  const source = await aSource();
  await source.database.query(`insert into parent select i, i % 3, '0', 1 from generate_series(1, 3000) i`);
  const writing = new AbortController();
  const writers = Array.from({ length: 3 }, async (_, writer) => {
    for (let turn = 0; !writing.signal.aborted; turn += 1) {
      const id = 10_000 + writer * 100_000 + turn;
      await source.database.query(`insert into parent values (${id}, ${writer}, 'w', 1)`);
      await source.database.query(`update parent set note = 'u${turn}' where id = ${1 + ((turn * 7 + writer) % 3000)}`);
      if (turn % 3 === 0) await source.database.query(`delete from parent where id = ${id}`);
    }
  });
  const { capture, events } = await startCapture(source, {
    snapshot: 'initial',
    tuning: { ...quickTuning, chunkBytes: 50_000 },
  });
  await streaming(capture);
  await vi.waitFor(() => expect(events.filter(({ operation }) => operation !== 'r').length).toBeGreaterThan(50), soon);
  writing.abort();
  await Promise.all(writers);
  const { rows } = await source.database.query<{ id: number; note: string }>('select id, note from parent order by id');
  const expected = rows.map(({ id, note }) => `${id}=${note}`);
  await vi.waitFor(() => expect(folded(events)).toEqual(expected), soon);
  // With the exported snapshot no row is both read and streamed as new.
  const readKeys = new Set(events.filter(({ operation }) => operation === 'r').map(({ after }) => after?.['id']));
  const doubled = events.filter(({ operation, after }) => operation === 'c' && readKeys.has(after?.['id']));
  expect(doubled).toEqual([]);
});

test('a snapshot that is complete is not read again', async () => {
  const source = await aSource();
  await source.database.query(`insert into parent values (1, 42, 'a', 1)`);
  const first = await startCapture(source, { snapshot: 'initial' });
  await streaming(first.capture);
  await first.capture.close();
  const second = await startCapture(source, { snapshot: 'initial' });
  await source.database.query(`insert into parent values (2, 42, 'b', 1)`);
  await vi.waitFor(() => expect(second.events.map(({ operation }) => operation)).toEqual(['c']), soon);
});

test('rows of a megabyte are read in small bites', async () => {
  const source = await aSource();
  await source.database.query(`insert into parent select i, 1, repeat('x', 1000000), 1 from generate_series(1, 30) i`);
  const { capture, events } = await startCapture(source, { snapshot: 'initial' });
  await streaming(capture);
  expect(events).toHaveLength(30);
  expect(events.every(({ after }) => String(after?.['note']).length === 1_000_000)).toBe(true);
});

/** The last state of every row, as a guarded sink would have it. */
function folded(events: readonly ChangeEvent[]): readonly string[] {
  const rows = new Map<unknown, ChangeEvent>();
  for (const event of events) {
    const id = (event.after ?? event.before)?.['id'];
    const known = rows.get(id);
    if (!known || isAfter(event.position, known.position)) rows.set(id, event);
  }
  return [...rows.values()]
    .filter(({ operation }) => operation !== 'd')
    .map(({ after }) => ({ id: Number(after?.['id']), note: String(after?.['note']) }))
    .sort((left, right) => left.id - right.id)
    .map(({ id, note }) => `${id}=${note}`);
}
