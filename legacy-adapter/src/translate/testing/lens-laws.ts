import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { Translation } from '../translation.ts';

export interface Pair<L, N> {
  readonly fromLegacy: (row: L, existing?: N) => Translation<N>;
  readonly toLegacy: (record: N, existing?: L) => Translation<L>;
  /** All rows that mean something. */
  readonly rows: fc.Arbitrary<L>;
  /** All records that legacy can hold. */
  readonly records: fc.Arbitrary<N>;
}

/** A {@link Lens} of whole records: nothing is lost on the way there and back, in either direction, over any existing record. */
export function obeysTheLaws<L extends object, N extends object>(name: string, pair: Pair<L, N>): void {
  const { fromLegacy, toLegacy, rows, records } = pair;
  describe(name, () => {
    test.prop([rows])('legacy -> new -> legacy gives the very row again', (row) => {
      expect(recordOf(toLegacy(recordOf(fromLegacy(row)), row))).toBe(row);
    });
    test.prop([records])('new -> legacy -> new gives the very record again', (record) => {
      expect(recordOf(fromLegacy(recordOf(toLegacy(record)), record))).toBe(record);
    });
    test.prop([rows, records])('a row put over any record is read back as that row', (row, existing) => {
      expect(recordOf(toLegacy(recordOf(fromLegacy(row, existing)), row))).toEqual(row);
    });
    test.prop([records, rows])('a record put over any row is read back as that record', (record, existing) => {
      expect(recordOf(fromLegacy(recordOf(toLegacy(record, existing)), record))).toEqual(record);
    });
    test.prop([rows])('what arrived in the new model needs no help to go back and come again', (row) => {
      const record = recordOf(fromLegacy(row));
      expect(recordOf(fromLegacy(recordOf(toLegacy(record))))).toEqual(record);
    });
    test.prop([rows, broken])('any broken row is refused with a field and a reason, or translated', (row, damage) => {
      expectVerdict(fromLegacy({ ...row, ...damageOf(row, damage) }));
    });
    test.prop([records, broken])('any broken record is refused or translated, too', (record, damage) => {
      expectVerdict(toLegacy({ ...record, ...damageOf(record, damage) }));
    });
  });
}

function recordOf<T>(translation: Translation<T>): T {
  if (translation.kind === 'translated') return translation.record;
  return expect.fail(`${translation.field} ${translation.reason}`);
}

function expectVerdict(translation: Translation<object>): void {
  if (translation.kind === 'translated') return;
  expect(translation.field).toMatch(/^[a-zA-Z_]+$/);
  expect(translation.reason).not.toBe('');
}

const broken = fc.record({ index: fc.nat(), text: fc.string({ unit: 'binary' }), number: fc.double() });

/** Another value of the same type in one field. */
function damageOf(record: object, { index, text, number }: { index: number; text: string; number: number }): object {
  const entries = Object.entries<unknown>({ ...record }).filter(
    ([, value]) => typeof value === 'string' || typeof value === 'number',
  );
  const [name, value] = entries[index % entries.length] ?? expect.fail('a record without fields');
  return { [name]: typeof value === 'string' ? text : number };
}
