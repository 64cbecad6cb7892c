import { expect, test } from 'vitest';
import { createOutput, formatTable } from './output.ts';

function streams() {
  const out: string[] = [];
  const err: string[] = [];
  return {
    out: { write: (text: string) => out.push(text) },
    err: { write: (text: string) => err.push(text) },
    read: () => ({ out: out.join(''), err: err.join('') }),
  };
}

test('people read lines', () => {
  const { read, ...to } = streams();
  createOutput(to, () => false).answer({ count: 1 }, ['one', 'two']);
  expect(read()).toEqual({ out: 'one\ntwo\n', err: '' });
});

test('with --json the answer is one document and notes are silent', () => {
  const { read, ...to } = streams();
  const output = createOutput(to, () => true);
  output.note('starting');
  output.answer({ count: 1 }, ['one']);
  expect(JSON.parse(read().out)).toEqual({ count: 1 });
  expect(read().err).toBe('');
});

test('notes never mix into the answer', () => {
  const { read, ...to } = streams();
  createOutput(to, () => false).note('starting');
  expect(read()).toEqual({ out: '', err: 'starting\n' });
});

test('table columns are as wide as their longest cell', () => {
  expect(
    formatTable(
      ['A', 'B'],
      [
        ['long', '1'],
        ['x', '22'],
      ],
    ),
  ).toEqual(['A     B', 'long  1', 'x     22']);
});
