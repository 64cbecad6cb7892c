import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { benchError } from '../bench-error.ts';
import { startPinned, type PinnedOptions } from './pinned.ts';

export interface PinnedRun extends Pick<PinnedOptions, 'core' | 'args'> {
  /** Where the output may lie meanwhile. */
  readonly folder: string;
}

/**
 * Runs a program of Node on one core to its end.
 *
 * @returns what it wrote
 * @throws {BanyanError} BENCH_FAILED with its last lines when it fails
 */
export async function runPinned({ core, args, folder }: PinnedRun): Promise<string> {
  const outputPath = join(folder, 'pinned-output');
  const child = startPinned({ core, program: process.execPath, args, outputPath });
  try {
    const { code } = await child.exited;
    if (code !== 0) throw benchError(`${args.join(' ')}: ${child.lastLines.join(' ')}`, 'Run it alone and see.');
    return await readFile(outputPath, 'utf8');
  } finally {
    await rm(outputPath, { force: true });
  }
}
