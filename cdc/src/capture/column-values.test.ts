import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { readArray } from './array-text.ts';
import { columnReader } from './column-values.ts';

const timestamp = 1114;
const date = 1082;

describe('a value that Postgres never writes', () => {
  property.prop([fc.nat(5000), fc.integer({ min: -1, max: 10 }), fc.string({ unit: 'binary' })])(
    'never throws, whatever the type',
    (typeId, typeModifier, text) => {
      expect(columnReader(typeId, typeModifier)(text)).toBeDefined();
    },
  );

  test('keeps its text, so that its reader refuses it and the lane is parked', () => {
    expect(columnReader(date, -1)('next Tuesday')).toBe('next Tuesday');
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
