import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { decimal, json, moment } from './columns.ts';

const pair = json(z.tuple([z.number(), z.number()]));

describe('a column is read as the pool and as capture write it', () => {
  test.each([
    ['a decimal', decimal, ['37.500000', '37.5'], 37.5],
    ['a moment', moment, ['2026-01-02 03:04:05.67+00', '2026-01-02T03:04:05.67Z'], '2026-01-02T03:04:05.670Z'],
    ['json', pair, [[1, 2], '[1, 2]'], [1, 2]],
  ])('%s', (_kind, column, spellings, value) => {
    for (const spelling of spellings) expect(column.parse(spelling)).toEqual(value);
  });
});

test.each([
  ['a decimal', decimal, 'NaN-4711'],
  ['a moment', moment, '4711-13-45T00:00:00Z'],
  ['json', pair, '[4711,'],
])('%s that is none is refused without its value', (_kind, column, value) => {
  const { success, error } = column.safeParse(value);
  expect(success).toBe(false);
  expect(error?.message).not.toContain('4711');
});
