import { expect, test } from 'vitest';
import { FlagAnswers } from './flag-answers.ts';

test('an answer is kept by flag and by whom it is about, until all are forgotten', () => {
  const answers = new FlagAnswers();
  answers.set('a', '42', true);
  answers.set('a', '43', false);
  answers.set('b', '42', false);
  expect([answers.get('a', '42'), answers.get('a', '43'), answers.get('b', '42')]).toEqual([true, false, false]);
  expect([answers.get('b', '43'), answers.get('c', '42')]).toEqual([undefined, undefined]);
  answers.clear();
  expect(answers.get('a', '42')).toBeUndefined();
});

test('it does not grow without an end: what is above its limit starts again', () => {
  const answers = new FlagAnswers();
  for (let user = 0; user <= 20_000; user += 1) answers.set('a', String(user), true);
  expect([answers.get('a', '0'), answers.get('a', '20000')]).toEqual([undefined, true]);
});
