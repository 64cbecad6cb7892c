import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { readArray } from './array-text.ts';
import { columnReader } from './column-values.ts';

const timestamp = 1114;
const date = 1082;
const bigint = 20;

/** Types with a reader of their own, and any other. */
const anyType = fc.oneof(
  fc.constantFrom(16, 17, 20, 21, 23, 26, 700, 701, 1082, 1083, 1114, 1184, 1700, 1007, 1016, 1115, 1185),
  fc.nat(5000),
);

describe('a value that Postgres never writes', () => {
  property.prop([anyType, fc.integer({ min: -1, max: 10 }), fc.string({ unit: 'binary' })])(
    'never throws, whatever the type',
    (typeId, typeModifier, text) => {
      expect(columnReader(typeId, typeModifier)(text)).toBeDefined();
    },
  );

  test('keeps its text, so that its reader refuses it and the lane is parked', () => {
    expect(columnReader(date, -1)('next Tuesday')).toBe('next Tuesday');
    for (const text of ['', '\u0000', ' 1', '0x10', '1e3', '1.5']) expect(columnReader(bigint, -1)(text)).toBe(text);
  });
});

property.prop([
  fc.date({ min: new Date('0001-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59.999Z'), noInvalidDate: true }),
])('a timestamp(3) is the number of milliseconds that JavaScript counts', (instant) => {
  const text = instant.toISOString().replace('T', ' ').replace('Z', '');
  expect(columnReader(timestamp, 3)(text)).toBe(instant.getTime());
});

const element = fc.oneof(fc.constant(null), fc.string({ unit: 'binary' }));

/** As array_out quotes, or stricter: every text in quotes. */
const arrayText = (elements: readonly (string | null)[]): string =>
  `{${elements.map((text) => (text === null ? 'NULL' : `"${text.replace(/["\\]/g, '\\$&')}"`)).join(',')}}`;

describe('an array', () => {
  property.prop([fc.array(element)])('of any texts is read back', (elements) => {
    expect(readArray(arrayText(elements), (text) => text)).toEqual(elements);
  });

  property.prop([fc.string()])('is never misread into an exception', (text) => {
    expect(() => readArray(text, (inner) => inner)).not.toThrow();
  });

  test.each(['{', '}', '{,}', '{a,}', '{a}b', '{{a}', '{"a}', 'a', '', '{a"b"}', '[0:1]'])('is not %s', (text) => {
    expect(readArray(text, (inner) => inner)).toBeUndefined();
  });
});
