import { fc, test } from '@fast-check/vitest';
import { afterAll, beforeAll, expect, inject, vi } from 'vitest';
import type { BusMessage } from '../bus/change-bus.ts';
import { itemChange } from './testing/toy-changes.ts';
import type { Item } from './testing/toy-direction.ts';
import { createToyKit, type ToyKit } from './testing/toy-kit.ts';

const hour = 3_600_000;
let kit: ToyKit;
beforeAll(async () => {
  kit = await createToyKit(inject('postgresUrl'), {
    times: { retry: { firstMs: hour, maxMs: hour }, lookEveryMs: hour },
    maxBatchCount: 7,
  });
});
afterAll(() => kit.close());

/** What the source did, in the order of its commits: six rows in three lanes; a negative amount is refused by the target at first. */
const history = fc.array(
  fc.record({
    id: fc.integer({ min: 1, max: 6 }),
    amount: fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 0, max: 9 }) },
      { weight: 1, arbitrary: fc.constant(-1) },
    ),
    isDelete: fc.constantFrom(false, false, false, true),
  }),
  { minLength: 1, maxLength: 60 },
);
/** After how many changes the stream breaks, and how many of them come again. */
const rewinds = fc.array(fc.record({ at: fc.nat({ max: 59 }), back: fc.nat({ max: 20 }) }), { maxLength: 4 });

interface Step {
  readonly id: number;
  readonly amount: number;
  readonly isDelete: boolean;
}

function messageOf({ id, amount, isDelete }: Step, index: number): BusMessage {
  const row = { id, owner: id % 3, amount };
  return itemChange(isDelete ? 'd' : 'u', { lsn: 100 + Math.floor(index / 3), ordinal: 1 + (index % 3) }, row);
}

function finalRows(steps: readonly Step[]): readonly Item[] {
  const rows = new Map<number, Item>();
  for (const { id, amount, isDelete } of steps) {
    if (isDelete) rows.delete(id);
    else rows.set(id, { id, owner: id % 3, label: `label ${id}`, note: null, amount });
  }
  return [...rows.values()].sort((left, right) => left.id - right.id);
}

/** As a bus that delivers at least once: from the start, and from each rewind on again. */
function deliveriesOf(messages: readonly BusMessage[], breaks: readonly { at: number; back: number }[]) {
  const ends = [...breaks].sort((left, right) => left.at - right.at).filter(({ at }) => at < messages.length);
  let from = 0;
  const parts = ends.map(({ at, back }) => {
    const part = messages.slice(from, Math.max(from, at));
    from = Math.max(0, Math.max(from, at) - back);
    return part;
  });
  return [...parts, messages.slice(from)];
}

async function counts() {
  const status = await kit.sink.status();
  return status.counts.kind === 'known' ? status.counts : expect.fail(status.counts.why);
}

test.prop([history, rewinds], { numRuns: 40 })(
  'whatever comes again and whatever is refused meanwhile, the target ends as the source did, and the counts add up',
  async (steps, breaks) => {
    await kit.database.query(`
      truncate item cascade; truncate banyan.row_version, banyan.progress, banyan.parked;
      alter table item drop constraint if exists item_amount_check;
      alter table item add constraint item_amount_check check (amount >= 0)`);
    const deliveries = deliveriesOf(steps.map(messageOf), breaks);
    for (const delivery of deliveries) await kit.publish(...delivery);

    await kit.database.query(`alter table item drop constraint item_amount_check`);
    await kit.sink.redrive();
    await vi.waitFor(async () => expect((await counts()).parkedLaneCount).toBe(0), { timeout: 5_000, interval: 5 });

    expect(await kit.items()).toEqual(finalRows(steps));
    const deliveredCount = deliveries.reduce((sum, { length }) => sum + length, 0);
    expect((await counts()).pipelines).toMatchObject([
      { appliedCount: steps.length, staleCount: deliveredCount - steps.length, parkedCount: 0 },
    ]);
  },
);
