import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { cutPage, decodeCursor, encodeCursor } from './cursor.ts';

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

describe('a page', () => {
  const found = [{ id: 5 }, { id: 6 }, { id: 7 }];
  const cut = (limit: number) => cutPage(found, limit, ({ id }) => [id]);

  test('ends at its limit, with a cursor to what follows', () => {
    expect(cut(2)).toEqual({ items: [{ id: 5 }, { id: 6 }], nextCursor: encodeCursor([6]) });
  });

  test('is the last one when nothing was found beyond its limit', () => {
    expect(cut(3)).toEqual({ items: found, nextCursor: null });
    expect(cutPage([], 3, () => [])).toEqual({ items: [], nextCursor: null });
  });
});
