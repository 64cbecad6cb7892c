import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { comparisonPage, type ComparisonRun } from './comparison.ts';

const documentation = new URL('../../../../docs/reference/', import.meta.url);
const read = (name: string): Promise<string> => readFile(new URL(name, documentation), 'utf8');

interface Written {
  readonly startedAt: string;
  readonly machine: ComparisonRun['machine'];
  readonly figures: { readonly hostile: ComparisonRun['hostile'] };
}

test('the comparison says what its run found, and nothing was written by hand', async () => {
  const { figures, ...run } = JSON.parse(await read('comparison.json')) as Written;
  expect(await read('comparison.md')).toBe(comparisonPage({ ...run, ...figures }));
});
