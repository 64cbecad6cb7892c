import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BanyanError } from '@banyan/platform';
import { reachablePlace } from '../postgres/reachable-folder.ts';
import { chooseRunAs } from '../postgres/run-as.ts';

/** Where everything of one sandbox lies. */
export interface DataFolder {
  readonly path: string;
  readonly postgres: string;
  readonly kafka: string;
  readonly logs: string;
  readonly facade: string;
}

const markerFile = 'banyan-sandbox';
/** Downloads: they may lie in the folder before a sandbox does, and `--fresh` keeps them. */
const keptEntries = new Set(['cache']);

/**
 * Makes the folder, or accepts one that carries our marker.
 *
 * @throws {BanyanError} SANDBOX_FOREIGN_FOLDER when it holds files that no sandbox made: nothing is written or wiped there
 */
export async function openDataFolder(path: string): Promise<DataFolder> {
  const folder = resolve(path);
  await mkdir(folder, { recursive: true });
  const entries = await readdir(folder);
  if (!entries.includes(markerFile) && entries.some((entry) => !keptEntries.has(entry))) {
    throw new BanyanError('SANDBOX_FOREIGN_FOLDER', `"${folder}" holds files that no sandbox made.`, {
      remedy: 'Choose an empty folder, or one that a sandbox made.',
      concerning: folder,
    });
  }
  // Root's Postgres runs as another user, which must pass through to its own folder; what is secret in here has a mode of its own.
  if (process.getuid?.() === 0) await chmod(folder, 0o755);
  await writeFile(join(folder, markerFile), 'The data of a Banyan sandbox. `banyan up --fresh` removes it.\n');
  const logs = join(folder, 'logs');
  const facade = join(folder, 'facade');
  for (const inner of [logs, facade]) await mkdir(inner, { recursive: true, mode: 0o700 });
  return { path: folder, postgres: join(folder, 'postgres'), kafka: join(folder, 'kafka'), logs, facade };
}

/** Removes all that a sandbox keeps. Call it with the lock held and nothing running. */
export async function wipeDataFolder(folder: DataFolder, lockFile: string): Promise<void> {
  const kept = new Set([...keptEntries, markerFile, lockFile]);
  const entries = (await readdir(folder.path)).filter((entry) => !kept.has(entry));
  const elsewhere = await reachablePlace(folder.postgres, await chooseRunAs());
  const doomed = [...entries.map((entry) => join(folder.path, entry)), elsewhere];
  for (const path of doomed) await rm(path, { recursive: true, force: true });
  for (const inner of [folder.logs, folder.facade]) await mkdir(inner, { recursive: true, mode: 0o700 });
}
