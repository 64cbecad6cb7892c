import { expect, test } from 'vitest';
import { inRounds } from './rounds.ts';

test('everybody is measured once a round, and every other round goes backwards', async () => {
  const order: string[] = [];
  const measured = await inRounds({ contestants: ['a', 'b', 'c'], roundCount: 2 }, (one) =>
    Promise.resolve(order.push(one)),
  );
  expect(order).toEqual(['a', 'b', 'c', 'c', 'b', 'a']);
  expect(measured.map(({ contestant, rounds }) => [contestant, rounds])).toEqual([
    ['a', [1, 6]],
    ['b', [2, 5]],
    ['c', [3, 4]],
  ]);
});
