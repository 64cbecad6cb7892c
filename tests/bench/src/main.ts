import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BanyanError, messageOf } from '@banyan/platform';
import { readOptions } from './options.ts';
import { performancePage } from './report/page.ts';
import { runBench, workFolder } from './run-bench.ts';

const repository = join(import.meta.dirname, '..', '..', '..');

async function main(args: readonly string[]): Promise<void> {
  const options = readOptions(args);
  const folder = await mkdtemp(join(tmpdir(), 'banyan-bench-'));
  try {
    const result = await runBench(options, folder, (line) => process.stderr.write(`bench: ${line}\n`));
    const page = performancePage(result);
    // Only a whole run may stand in the documentation.
    const place = args.length === 0 ? join(repository, 'docs', 'reference') : workFolder;
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'performance.md'), page);
    await writeFile(join(place, 'performance.json'), `${JSON.stringify(result, undefined, 1)}\n`);
    process.stdout.write(`${page}\nWritten to ${place}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

try {
  await main(process.argv.slice(2));
} catch (err) {
  const remedy = err instanceof BanyanError ? ` ${err.remedy}` : '';
  process.stderr.write(`bench: ${messageOf(err)}${remedy}\n`);
  process.exitCode = 1;
}
