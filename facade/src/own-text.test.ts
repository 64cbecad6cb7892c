import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { ownText } from './own-text.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of the heap that stay when parts of a thousand long texts are kept. */
function keptBytes(keep: (part: string) => string): number {
  const kept: string[] = [];
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let count = 0; count < 1_000; count += 1) {
    const head = Buffer.alloc(20_000, String(count)).toString('latin1');
    kept.push(keep(head.slice(100, 150)));
  }
  collect();
  const after = process.memoryUsage().heapUsed;
  expect(kept).toHaveLength(1_000);
  return after - before;
}

test('a part of a long text is kept without the rest', () => {
  expect(keptBytes((part) => part)).toBeGreaterThan(10_000_000);
  expect(keptBytes(ownText)).toBeLessThan(2_000_000);
});

test('it reads the same', () => {
  for (const text of ['', 'a', 'käse 🚲', '\u0000\u00ff']) expect(ownText(text)).toBe(text);
});
