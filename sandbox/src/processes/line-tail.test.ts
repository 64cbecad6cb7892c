import { expect, test } from 'vitest';
import { createLineTail } from './line-tail.ts';

test('lines are put together from chunks', () => {
  const tail = createLineTail();
  tail.push('one\ntw');
  tail.push('o\r\nthree');
  expect(tail.lines).toEqual(['one', 'two']);
});

test('only the last lines are kept', () => {
  const tail = createLineTail({ lineLimit: 2 });
  tail.push('one\ntwo\nthree\n');
  expect(tail.lines).toEqual(['two', 'three']);
});

test('each line is handed on once', () => {
  const seen: string[] = [];
  const tail = createLineTail({ lineLimit: 1, onLine: (line) => seen.push(line) });
  tail.push('one\n\ntwo\n');
  expect(seen).toEqual(['one', 'two']);
});

test('an endless line is cut', () => {
  const tail = createLineTail();
  for (let chunk = 0; chunk < 100; chunk += 1) tail.push('x'.repeat(1000));
  tail.push('\n');
  expect(tail.lines[0]?.length).toBeLessThanOrEqual(4096);
});
