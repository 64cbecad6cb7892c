import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BanyanError, codeOf } from '@banyan/platform';
import { readFileIfAny } from './private-file.ts';
import { isAlive, processRecordSchema, recordOf, type ProcessRecord } from './process-record.ts';

export const lockFile = 'sandbox.lock';

/**
 * Takes the data folder for this process.
 *
 * @returns what gives it back
 * @throws {BanyanError} SANDBOX_ALREADY_RUNS while another live process has it; the lock of a dead one is taken over
 */
export async function lockDataFolder(path: string): Promise<() => Promise<void>> {
  const file = join(path, lockFile);
  const own = JSON.stringify(await recordOf('supervisor', process.pid));
  while (!(await createFile(file, own))) {
    const holder = await holderOf(file);
    if (holder && (await isAlive(holder))) throw alreadyRuns(path, holder);
    await rm(file, { force: true });
  }
  return () => rm(file, { force: true });
}

/** The live process that has the folder. */
export async function lockHolder(path: string): Promise<ProcessRecord | undefined> {
  const holder = await holderOf(join(path, lockFile));
  return holder && (await isAlive(holder)) ? holder : undefined;
}

async function holderOf(file: string): Promise<ProcessRecord | undefined> {
  const text = await readFileIfAny(file);
  if (text === undefined || text === '') return undefined;
  return processRecordSchema.safeParse(JSON.parse(text)).data;
}

/** False when it exists. */
async function createFile(file: string, text: string): Promise<boolean> {
  try {
    await writeFile(file, text, { flag: 'wx', mode: 0o600 });
    return true;
  } catch (err) {
    if (codeOf(err) === 'EEXIST') return false;
    throw err;
  }
}

function alreadyRuns(path: string, holder: ProcessRecord): BanyanError {
  return new BanyanError('SANDBOX_ALREADY_RUNS', `A sandbox runs on "${path}" already (process ${holder.pid}).`, {
    remedy: 'Stop it with Ctrl-C in its terminal, or give this one a data folder of its own.',
    concerning: path,
  });
}
