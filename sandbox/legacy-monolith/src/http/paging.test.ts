import { expect, test } from 'vitest';
import { readFields } from './fields.ts';
import { pageOf, readIdCursor, readLimit, readTimeCursor } from './paging.ts';
import { Refusal } from './refusal.ts';

const at = '2026-11-21T03:04:05.000Z';
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

test('the last page has no cursor', () => {
  expect(pageOf([1, 2], 2, (id) => [id])).toEqual({ items: [1, 2], nextCursor: null });
  expect(pageOf([], 2, (id) => [id])).toEqual({ items: [], nextCursor: null });
});

test('a page with more behind it has the cursor of its last item', () => {
  const page = pageOf([3, 2, 1], 2, (id) => [at, id]);
  expect(page).toEqual({ items: [3, 2], nextCursor: encode([at, 2]) });
});

test('cursors are read back', () => {
  expect(readFields({ cursor: encode([at, 7]) }, readTimeCursor)).toEqual({ at: new Date(at), id: 7 });
  expect(readFields({ cursor: encode([7]) }, readIdCursor)).toBe(7);
  expect(readFields({}, readIdCursor)).toBeUndefined();
});

test.each([
  'x',
  '%%%',
  encode([7]),
  encode([at]),
  encode([at, '7']),
  encode([at, 7, 8]),
  encode([at, 0]),
  encode(['2026-11-21', 7]),
  encode(['0000-01-01T00:00:00.000Z', 7]),
  encode({ at, id: 7 }),
])('%s is no cursor of a list of trips', (cursor) => {
  expect(() => readFields({ cursor }, readTimeCursor)).toThrow(Refusal);
});

test.each([encode([at, 7]), encode([]), encode(['7']), encode([7.5]), encode([7, 8])])(
  '%s is no cursor of a list by id',
  (cursor) => expect(() => readFields({ cursor }, readIdCursor)).toThrow(Refusal),
);

test('a page has 1..100 items, 20 when nobody says', () => {
  expect(readFields({}, readLimit)).toBe(20);
  expect(readFields({ limit: '100' }, readLimit)).toBe(100);
  for (const limit of ['0', '101', 'x', '']) expect(() => readFields({ limit }, readLimit)).toThrow(Refusal);
});
