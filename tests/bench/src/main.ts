import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { format } from 'prettier';
import { BanyanError, messageOf } from '@banyan/platform';
import { readOptions } from './options.ts';
import { comparisonPage } from './report/comparison.ts';
import { performancePage } from './report/page.ts';
import type { RunResult } from './report/results.ts';
import { runBench, workFolder } from './run-bench.ts';

const documentation = join(import.meta.dirname, '..', '..', '..', 'docs', 'reference');

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  const folder = await mkdtemp(join(tmpdir(), 'banyan-bench-'));
  try {
    const result = await runBench(options, folder, (line) => process.stderr.write(`bench: ${line}\n`));
    await write(result, options.isWritten ? documentation : workFolder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function write(result: RunResult, place: string): Promise<void> {
  const { hostile, ...timed } = result.figures;
  await mkdir(place, { recursive: true });
  if (Object.values(timed).some((figure) => figure !== undefined))
    await writePage(place, 'performance', performancePage(result), { ...result, figures: timed });
  // Nothing in it is timed: a run of it alone counts as much as one beside everything else.
  if (hostile)
    await writePage(documentation, 'comparison', comparisonPage({ ...result, hostile }), {
      ...result,
      figures: { hostile },
    });
}

async function writePage(place: string, name: string, page: string, result: RunResult): Promise<void> {
  await writeFile(join(place, `${name}.md`), page);
  // As the rest of the repository is formatted, so that a check of it has nothing to say.
  await writeFile(
    join(place, `${name}.json`),
    await format(JSON.stringify(result), { parser: 'json', printWidth: 120 }),
  );
  process.stdout.write(`${page}\nWritten to ${place}\n`);
}

try {
  await main(process.argv.slice(2));
} catch (err) {
  const remedy = err instanceof BanyanError ? ` ${err.remedy}` : '';
  process.stderr.write(`bench: ${messageOf(err)}${remedy}\n`);
  process.exitCode = 1;
}
