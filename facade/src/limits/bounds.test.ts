import { expect, test } from 'vitest';
import { facadeSpec } from '../config.ts';
import { bounds, type Bound } from './bounds.ts';

const usual = (name: keyof typeof facadeSpec): string => {
  const { key, fallback } = facadeSpec[name];
  return `\`${key}\` (${typeof fallback === 'number' ? fallback : 'unset'})`;
};
const keysIn = ({ by }: Bound) => (typeof by === 'string' ? [] : by);

// Vitest writes the page anew with -u.
test('docs/reference/limits.md lists everything that could grow, and what bounds it', async () => {
  const rows = bounds.map((bound) => {
    const keys = keysIn(bound).map(usual);
    return `| ${bound.what} | ${keys.length > 0 ? keys.join(', ') : String(bound.by)} | ${bound.above} |`;
  });
  const page = [
    '# Limits',
    '',
    'Generated from the code. Everything in a facade that could grow with what clients and sides do, in the order in which a request meets it. In brackets stands what holds when nothing is set. What is counted holds for each process; [the guide](../guide/facade.md#limits) says more.',
    '',
    '| what | bound | above it |',
    '|---|---|---|',
    ...rows,
    '',
  ].join('\n');
  await expect(page).toMatchFileSnapshot('../../../docs/reference/limits.md');
});

test('every key of the configuration that is a bound stands there', () => {
  const isBound = (name: string): boolean => /(?:Limit|Bytes|PerAddress|PerSecond|CacheCount)$/.test(name);
  const listed: readonly string[] = bounds.flatMap(keysIn);
  expect(Object.keys(facadeSpec).filter((name) => isBound(name) && !listed.includes(name))).toEqual([]);
});
