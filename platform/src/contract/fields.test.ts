import { describe, expect, test } from 'vitest';
import type { z } from 'zod';
import { idText, moment, pageQuery, shortText } from './fields.ts';

const accepts = (schema: z.ZodType, value: unknown): boolean => schema.safeParse(value).success;

describe('an id in a path', () => {
  test.each([
    ['1', 1],
    ['2147483647', 2_147_483_647],
  ])('may be %s', (text, number) => {
    expect(idText.parse(text)).toBe(number);
  });

  test.each(['0', '-1', '2147483648', '99999999999', '1.5', '1e3', ' 1', '', 'x', ['1', '2']])('is not %j', (text) => {
    expect(accepts(idText, text)).toBe(false);
  });
});

describe('the size of a page', () => {
  test.each([
    [undefined, 20],
    ['1', 1],
    ['100', 100],
  ])('%j is %i', (text, size) => {
    expect(pageQuery.limit.parse(text)).toBe(size);
  });

  test.each(['0', '101', ''])('is not %j', (text) => {
    expect(accepts(pageQuery.limit, text)).toBe(false);
  });
});

test('a moment in an answer has three decimals and is in UTC', () => {
  expect(accepts(moment, '2026-11-21T03:04:05.000Z')).toBe(true);
  expect(accepts(moment, '2026-11-21T03:04:05Z')).toBe(false);
  expect(accepts(moment, '2026-11-21T12:04:05.000+09:00')).toBe(false);
});

describe('a short text', () => {
  test('has as many characters as people count', () => {
    expect(accepts(shortText(2), '한😀')).toBe(true);
    expect(accepts(shortText(2), '한😀글')).toBe(false);
  });

  test.each(['', '   ', 'a\0b', '\ud83d', 7])('is not %j', (value) => {
    expect(accepts(shortText(9), value)).toBe(false);
  });
});
