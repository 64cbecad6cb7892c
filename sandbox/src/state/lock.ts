import { link, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { BanyanError, codeOf } from '@banyan/platform';
import { readFileIfAny, writePrivateFile } from './private-file.ts';
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
  return text === undefined ? undefined : processRecordSchema.safeParse(parseJson(text)).data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // cut short by a crash: nobody holds it
  }
}

/** False when it exists. Linked when it is whole, so that nobody ever reads half a lock. */
async function createFile(file: string, text: string): Promise<boolean> {
  const whole = `${file}.${process.pid}`;
  await writePrivateFile(whole, text);
  try {
    await link(whole, file);
    return true;
  } catch (err) {
    if (codeOf(err) === 'EEXIST') return false;
    throw err;
  } finally {
    await rm(whole, { force: true });
  }
}

function alreadyRuns(path: string, holder: ProcessRecord): BanyanError {
  return new BanyanError('SANDBOX_ALREADY_RUNS', `A sandbox runs on "${path}" already (process ${holder.pid}).`, {
    remedy: 'Stop it with Ctrl-C in its terminal, or give this one a data folder of its own.',
    concerning: path,
  });
}
