import { describe, expect, test } from 'vitest';
import { readFields, type Fields } from './fields.ts';
import { Refusal } from './refusal.ts';

/** The paths that are refused. */
function refusedPaths(source: unknown, read: (fields: Fields) => unknown): readonly string[] {
  try {
    readFields(source, read);
    return [];
  } catch (err) {
    return (err as Refusal).problem.errors?.map(({ path }) => path) ?? ['?'];
  }
}

test('every bad field is named, with its path', () => {
  const body = { pickup: { lat: 91 }, stops: [{ lat: 1, lon: 1 }, 7], text: '' };
  const read = (fields: Fields): unknown => [
    fields.place('pickup'),
    fields.place('dropoff'),
    fields.places('stops', { min: 0, max: 2 }),
    fields.text('text', 5),
  ];
  expect(refusedPaths(body, read)).toEqual(['pickup.lat', 'pickup.lon', 'dropoff', 'stops.1', 'text']);
});

test.each([undefined, null, 'text', 7, []])('%j is no object', (source) => {
  expect(refusedPaths(source, () => 1)).toEqual(['']);
});

test('what an object inherits is no field of it', () => {
  expect(readFields({}, (fields) => fields.optional('constructor', (name) => fields.text(name, 9)))).toBeUndefined();
});

describe('text', () => {
  const isRefused = (value: unknown): boolean =>
    refusedPaths({ value }, (fields) => fields.text('value', 3)).length > 0;

  test.each(['a', 'abc', '한국어', '🚗🚗🚗', ' a '])('%j is taken', (value) => expect(isRefused(value)).toBe(false));
  test.each(['', '  ', 'abcd', 'a\0', 'a\ud83d', 7, null])('%j is refused', (value) => {
    expect(isRefused(value)).toBe(true);
  });
});

describe('whole numbers', () => {
  const isRefused = (value: unknown): boolean =>
    refusedPaths({ value }, (fields) => fields.integer('value')).length > 0;

  test.each([1, 2_147_483_647])('%j is an id', (value) => expect(isRefused(value)).toBe(false));
  test.each([0, -1, 1.5, 2_147_483_648, '1', NaN])('%j is no id', (value) => expect(isRefused(value)).toBe(true));

  test('a query gives digits', () => {
    expect(readFields({ id: '42' }, (fields) => fields.digits('id'))).toBe(42);
    expect(refusedPaths({ id: '0x2a' }, (fields) => fields.digits('id'))).toEqual(['id']);
    expect(refusedPaths({ id: ['1', '2'] }, (fields) => fields.digits('id'))).toEqual(['id']);
  });
});

describe('moments', () => {
  const read = (value: unknown): Date => readFields({ value }, (fields) => fields.moment('value'));

  test('any zone is read', () => {
    expect(read('2026-11-21T12:04:05.6+09:00').toISOString()).toBe('2026-11-21T03:04:05.600Z');
  });

  test.each(['2026-11-21', '2026-11-21T12:04:05', '2026-13-01T00:00:00Z', '0000-01-01T00:00:00Z', 1_795_251_286])(
    '%j is refused',
    (value) => expect(() => read(value)).toThrow(Refusal),
  );
});

test('places keep six decimals', () => {
  const place = readFields({ at: { lat: 37.56650049, lon: 126.9779999 } }, (fields) => fields.place('at'));
  expect(place).toEqual({ lat: 37.5665, lon: 126.978 });
});
