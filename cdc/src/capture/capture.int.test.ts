import { describe, expect, test, vi } from 'vitest';
import { aSource, slotOf, startCapture } from './testing/capture-fixture.ts';

const soon = { timeout: 10_000, interval: 10 };

describe('a capture', () => {
  test('publishes inserts, updates and deletes of a commit in their order', async () => {
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
    expect(events[1]).toMatchObject({
      table: 'public.parent',
      scope: '42',
      before: { id: 1, owner: 42, note: 'new', amount: '1.50' },
      after: { id: 1, owner: 42, note: 'changed', amount: '1.50' },
    });
    expect(events[2]).toMatchObject({ before: { note: 'changed' }, after: null });
    expect((await slotOf(source))?.active).toBe(true);
  });
});
