import { describe, expect, test } from 'vitest';
import { readYaml } from './read-yaml.ts';

function problemsOf(
  text: string,
): readonly { readonly code: string; readonly line: number; readonly column: number; readonly path: string }[] {
  return readYaml(text, 'a.yaml').problems.map(({ code, line, column, path }) => ({ code, line, column, path }));
}

test('a value is read with the places of its parts', () => {
  const reading = readYaml('a:\n  - b: 1\n    c: [x, y]\n', 'a.yaml');
  expect(reading.kind).toBe('read');
  if (reading.kind !== 'read') return;
  expect(reading.file.value).toEqual({ a: [{ b: 1, c: ['x', 'y'] }] });
  const place = (path: readonly (string | number)[], isAboutKey = false) => {
    const { line, column } = reading.file.locate({ code: 'missing', path, isAboutKey, message: '', remedy: '' });
    return [line, column];
  };
  expect(place(['a', 0, 'c', 1])).toEqual([3, 12]);
  expect(place(['a', 0, 'c'])).toEqual([3, 8]);
  expect(place(['a', 0, 'c'], true)).toEqual([3, 5]);
  expect(place(['a', 0, 'missing'])).toEqual([2, 5]);
  expect(place(['a', 7])).toEqual([2, 3]);
  expect(place([])).toEqual([1, 1]);
});

test('the place of a value behind an alias is where it is written', () => {
  const reading = readYaml('a: &x\n  b: 1\nc: *x\n', 'a.yaml');
  if (reading.kind !== 'read') return expect.fail('not read');
  expect(reading.file.locate({ code: 'missing', path: ['c', 'b'], message: '', remedy: '' })).toMatchObject({
    line: 2,
    column: 6,
  });
});

describe('what cannot be read is refused with its place', () => {
  test('a syntax error', () => {
    expect(problemsOf('a: 1\nb: [1\n')).toEqual([{ code: 'yaml-syntax', line: 3, column: 1, path: '' }]);
  });

  test('a second document', () => {
    expect(problemsOf('a: 1\n---\nb: 1\n')).toEqual([{ code: 'yaml-syntax', line: 2, column: 1, path: '' }]);
  });

  test('a key that is not one word', () => {
    expect(problemsOf('? [a]\n: 1\n')).toEqual([{ code: 'yaml-syntax', line: 1, column: 3, path: '' }]);
  });

  test('an unknown tag', () => {
    expect(problemsOf('a: !secret 1\n')).toEqual([{ code: 'yaml-syntax', line: 1, column: 4, path: '' }]);
  });

  test('an alias without an anchor', () => {
    expect(problemsOf('a: 1\nb: *x\n')).toEqual([{ code: 'yaml-syntax', line: 2, column: 4, path: '' }]);
  });

  test('an alias inside its own anchor', () => {
    expect(problemsOf('a: &x\n  b: *x\n')).toEqual([{ code: 'yaml-syntax', line: 2, column: 6, path: '' }]);
  });

  test('aliases of aliases that would fill the memory', () => {
    const levels = Array.from(
      { length: 9 },
      (_, level) => `a${level + 1}: &a${level + 1} [${Array<string>(9).fill(`*a${level}`).join(', ')}]`,
    );
    expect(problemsOf(['a0: &a0 [x]', ...levels].join('\n'))).toEqual([
      { code: 'too-many-aliases', line: 1, column: 1, path: '' },
    ]);
  });

  test('a file beyond the bound', () => {
    expect(problemsOf('#'.repeat(2 * 1024 * 1024 + 1))).toEqual([
      { code: 'file-too-large', line: 1, column: 1, path: '' },
    ]);
  });

  test.each([
    ['brackets', `a: ${'['.repeat(200_000)}`, 1],
    ['braces', `a:\n${'{a: '.repeat(200_000)}`, 2],
    ['dashes', `a:\n${'- '.repeat(200_000)}`, 2],
    ['indents', `a:\n${' '.repeat(300)}b: 1`, 2],
  ])('too many %s', (_what, text, line) => {
    expect(problemsOf(text)).toMatchObject([{ code: 'nested-too-deeply', line }]);
  });
});

test('brackets side by side, and brackets in text, are no depth', () => {
  expect(problemsOf(`a: [${'[], '.repeat(500)}]\nb: '${'['.repeat(500)}'\n`)).toEqual([]);
});

test('a hundred uses of one anchor are fine', () => {
  expect(problemsOf(`a: &x { b: 1 }\nc: [${Array<string>(100).fill('*x').join(', ')}]\n`)).toEqual([]);
});

test('a duplicate key is a problem at its second place, and the rest is read', () => {
  const reading = readYaml('a:\n  - b: 1\n    b: 2\n', 'a.yaml');
  expect(reading).toMatchObject({
    kind: 'read',
    problems: [{ code: 'duplicate-key', path: 'a[0].b', line: 3, column: 5 }],
  });
  if (reading.kind !== 'read') return;
  expect(reading.file.value).toEqual({ a: [{ b: 2 }] });
  expect(reading.file.locate({ code: 'missing', path: ['a', 0, 'b'], message: '', remedy: '' }).line).toBe(3);
});
