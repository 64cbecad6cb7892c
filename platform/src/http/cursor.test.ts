import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { decodeCursor, encodeCursor } from './cursor.ts';

const byTimeAndId = z.tuple([z.iso.datetime(), z.int()]);

describe('a cursor', () => {
  test('is the base64url of the JSON array, which is part of the contract', () => {
    expect(encodeCursor(['2026-11-21T03:04:05.000Z', 7])).toBe('WyIyMDI2LTExLTIxVDAzOjA0OjA1LjAwMFoiLDdd');
  });

  test('comes back as it was made', () => {
    const values = ['2026-11-21T03:04:05.000Z', 7] as const;
    expect(decodeCursor(byTimeAndId, encodeCursor(values))).toEqual(values);
  });

  test.each([
    ['no base64', '%%%'],
    ['no JSON', Buffer.from('nonsense').toString('base64url')],
    ['of another list', encodeCursor([7])],
    ['of other values', encodeCursor(['yesterday', 7])],
    ['empty', ''],
  ])('that is %s is a 400', (_name, text) => {
    expect(() => decodeCursor(byTimeAndId, text)).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({
          type: '/problems/invalid-request',
          status: 400,
          errors: [{ path: 'cursor', message: 'Not a cursor of this list; take it from nextCursor.' }],
        }) as unknown,
      }),
    );
  });
});
