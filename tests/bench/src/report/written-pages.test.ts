import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { comparisonPage } from './comparison.ts';
import { performancePage } from './page.ts';
import type { RunResult } from './results.ts';

const documentation = new URL('../../../../docs/reference/', import.meta.url);
const read = (name: string): Promise<string> => readFile(new URL(name, documentation), 'utf8');

const pages: Readonly<Record<string, (result: RunResult) => string>> = {
  'performance.json': performancePage,
  'comparison.json': (result) => comparisonPage({ ...result, hostile: result.figures.hostile ?? [] }),
};

test('the pages of the bench say what their runs found, and nothing in them was written by hand', async () => {
  const written = (await readdir(documentation)).filter((name) => name in pages);
  expect(written).toContain('comparison.json');
  for (const name of written) {
    const page = pages[name]?.(JSON.parse(await read(name)) as RunResult);
    expect(await read(name.replace('.json', '.md'))).toBe(page);
  }
});
