import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { entriesOfFile, entryKey, isForgotten, isNewer, liftOf, timeAfter, type OrderEntry } from './order-entry.ts';
import type { Override } from './override.ts';

const at = (seconds: number): string => new Date(Date.UTC(2026, 10, 21, 3, 4, seconds)).toISOString();
const order = (part: Partial<Override> = {}): Override => ({
  capability: 'trips',
  side: 'legacy',
  reason: 'wrong fares',
  since: at(0),
  by: 'admin',
  ...part,
});
const given = (part: Partial<Override> = {}): OrderEntry => ({ kind: 'given', order: order(part) });
const knownOf = (...entries: readonly OrderEntry[]) => new Map(entries.map((entry) => [entryKey(entry), entry]));

const anEntry: fc.Arbitrary<OrderEntry> = fc.oneof(
  fc.record({ side: fc.constantFrom('legacy', 'extracted'), seconds: fc.nat(3) }).map(({ side, seconds }) => {
    return given({ side, since: at(seconds) });
  }),
  fc.nat(3).map((seconds) => liftOf({ capability: 'trips' }, 'admin', at(seconds))),
);

describe('of two words on one key', () => {
  test('every replica takes the same one, in whatever order they arrive', () => {
    const lastOf = (entries: readonly OrderEntry[]): OrderEntry | undefined =>
      entries.reduce<OrderEntry | undefined>((last, entry) => (isNewer(entry, last) ? entry : last), undefined);
    fc.assert(
      fc.property(
        fc
          .array(anEntry, { minLength: 1 })
          .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length }))),
        ([one, other]) => {
          expect(lastOf(one)).toEqual(lastOf(other));
        },
      ),
    );
  });

  test('the later holds, and of two from the same moment the more careful', () => {
    expect(isNewer(given({ since: at(1) }), given({ since: at(2) }))).toBe(false);
    const atOnce = [given({ side: 'extracted' }), liftOf({ capability: 'trips' }, 'admin', at(0)), given()] as const;
    expect(isNewer(atOnce[1], atOnce[0])).toBe(true);
    expect(isNewer(atOnce[2], atOnce[1])).toBe(true);
  });

  test('a new one is later than the last, even where that came from a clock that is ahead', () => {
    expect(timeAfter(given({ since: at(30) }), at(1))).toBe(new Date(Date.parse(at(30)) + 1).toISOString());
    expect(timeAfter(given({ since: at(1) }), at(30))).toBe(at(30));
  });
});

describe('a file', () => {
  test('that says the same gives no order anew', () => {
    const known = knownOf(given());
    expect(entriesOfFile([order({ since: at(50), by: 'file' })], known, at(59))).toEqual([given()]);
  });

  test('that says something else gives it now, though it carries an old time', () => {
    const known = knownOf(given({ since: at(10) }));
    const [entry] = entriesOfFile([order({ side: 'extracted', since: at(0) })], known, at(59));
    expect(isNewer(entry ?? expect.unreachable(), given({ since: at(10) }))).toBe(true);
  });

  test('that lacks an order lifts it', () => {
    expect(entriesOfFile([], knownOf(given()), at(5))).toEqual([liftOf({ capability: 'trips' }, 'file', at(5))]);
  });

  test('at the start counts with its own times', () => {
    expect(entriesOfFile([order()], new Map(), at(59))).toEqual([given()]);
  });
});

test('that an order was lifted is remembered for a month', () => {
  const lifted = liftOf({ capability: 'trips' }, 'admin', '2026-11-01T00:00:00.000Z');
  expect(isForgotten(lifted, '2026-11-30T00:00:00.000Z')).toBe(false);
  expect(isForgotten(lifted, '2026-12-02T00:00:00.000Z')).toBe(true);
  expect(isForgotten(given({ since: '2020-01-01T00:00:00.000Z' }), '2026-12-02T00:00:00.000Z')).toBe(false);
});
