import { fields } from '@banyan/platform';
import { describe, expect, test } from 'vitest';
import { givenMoment, place } from './fields.ts';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown): boolean =>
  schema.safeParse(value).success;

describe('a place', () => {
  test('is kept to six decimals', () => {
    expect(place.parse({ lat: 37.56650049, lon: -126.9780005 })).toEqual({ lat: 37.5665, lon: -126.978 });
  });

  test.each([
    { lat: 90.000001, lon: 0 },
    { lat: 0, lon: -180.000001 },
    { lat: '1', lon: 0 },
    { lat: Number.NaN, lon: 0 },
    { lat: 1 },
  ])('is not %o', (value) => {
    expect(accepts(place, value)).toBe(false);
  });
});

describe('a moment in a request', () => {
  test.each([
    ['2026-11-21T03:04:05.678Z', '2026-11-21T03:04:05.678Z'],
    ['2026-11-21T12:04:05+09:00', '2026-11-21T03:04:05.000Z'],
    ['2026-11-21T03:04Z', '2026-11-21T03:04:00.000Z'],
    ['2026-11-21T03:04:05.678999Z', '2026-11-21T03:04:05.678Z'],
  ])('%s is %s', (given, utc) => {
    expect(givenMoment.parse(given)).toBe(utc);
    expect(accepts(fields.moment, utc)).toBe(true);
  });

  test.each([
    '2026-11-21',
    '2026-11-21T03:04:05',
    '2026-13-21T03:04:05Z',
    '2026-11-21T25:04:05Z',
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00+01:00',
    '9999-12-31T23:59:59-01:00',
    'yesterday',
    1_763_694_245,
  ])('is not %j', (given) => {
    expect(accepts(givenMoment, given)).toBe(false);
  });
});
