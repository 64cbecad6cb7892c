import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commandLineOf } from '../processes/process-identity.ts';

/**
 * Removes `postmaster.pid` when the process it names is not a Postgres of this folder any more.
 * Postgres itself only asks whether the number is in use, and after a crash in a container it nearly always is.
 */
export async function clearStaleLock(dataFolder: string): Promise<void> {
  const pid = await lockHolder(dataFolder);
  if (pid === undefined) return;
  const command = await commandLineOf(pid);
  if (command?.includes(dataFolder)) return;
  await rm(join(dataFolder, 'postmaster.pid'), { force: true });
}

/** The process that `postmaster.pid` names, running or not. */
async function lockHolder(dataFolder: string): Promise<number | undefined> {
  const lock = await readFile(join(dataFolder, 'postmaster.pid'), 'utf8').catch(() => undefined);
  const pid = Number(lock?.split('\n')[0]);
  return Number.isInteger(pid) && pid > 0 ? pid : undefined;
}
