import { describe, expect, test } from 'vitest';
import { idCursor, idText, shortText } from './fields.ts';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown): boolean =>
  schema.safeParse(value).success;

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

describe('a short text', () => {
  test('has as many characters as people count', () => {
    expect(accepts(shortText(2), '한😀')).toBe(true);
    expect(accepts(shortText(2), '한😀글')).toBe(false);
  });

  test.each(['', '   ', 'a\0b', '\ud83d', 7])('is not %j', (value) => {
    expect(accepts(shortText(9), value)).toBe(false);
  });
});

test.each([[[0]], [[]], [[1, 2]], [['1']], [[2_147_483_648]]])('a cursor is one id: not %j', (value) => {
  expect(accepts(idCursor, [42])).toBe(true);
  expect(accepts(idCursor, value)).toBe(false);
});
