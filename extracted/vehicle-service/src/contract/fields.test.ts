import { expect, test } from 'vitest';
import { idCursor } from './fields.ts';

const accepts = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown): boolean =>
  schema.safeParse(value).success;

test.each([[[0]], [[]], [[1, 2]], [['1']], [[2_147_483_648]]])('a cursor is one id: not %j', (value) => {
  expect(accepts(idCursor, [42])).toBe(true);
  expect(accepts(idCursor, value)).toBe(false);
});
