import { randomBytes } from 'node:crypto';
import { chmod, chown, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BanyanError } from '@banyan/platform';
import { childEnvironment } from '../config.ts';
import { startGuarded } from '../processes/guarded-process.ts';
import type { PostgresBinaries } from './binaries.ts';
import { postgresFailure } from './postgres-failure.ts';
import type { RunAs } from './run-as.ts';

/** A Postgres cluster on disk: `folder` holds `cluster/` (its data) and `superuser-password`, both for `runAs` alone. */
export interface Cluster {
  readonly dataFolder: string;
  readonly superuserPassword: string;
}

export interface ClusterParts {
  readonly folder: string;
  readonly binaries: PostgresBinaries;
  readonly runAs: RunAs | undefined;
  /** False skips the flush to disk: for tests, whose data nobody misses. */
  readonly isDurable: boolean;
}

/** The major version the binaries were built from; a folder of another one cannot be opened. */
const majorVersion = '18';

/**
 * Opens the cluster in `folder`, or makes one. It is made beside and renamed: a crash in between leaves nothing half made.
 *
 * @throws {BanyanError} POSTGRES_OTHER_VERSION, POSTGRES_DISK_FULL, POSTGRES_FAILED
 */
export async function openCluster(parts: ClusterParts): Promise<Cluster> {
  const { folder } = parts;
  const dataFolder = join(folder, 'cluster');
  const version = await readFile(join(dataFolder, 'PG_VERSION'), 'utf8').catch(() => undefined);
  if (version === undefined) await makeCluster(parts, dataFolder);
  else if (version.trim() !== majorVersion) {
    throw new BanyanError(
      'POSTGRES_OTHER_VERSION',
      `The data folder "${dataFolder}" was made by Postgres ${version.trim()}; this is Postgres ${majorVersion}.`,
      { remedy: 'Start once with --fresh to make a new one; the data in it is lost.', concerning: dataFolder },
    );
  }
  return { dataFolder, superuserPassword: (await readFile(passwordFile(folder), 'utf8')).trim() };
}

function passwordFile(folder: string): string {
  return join(folder, 'superuser-password');
}

async function makeCluster(parts: ClusterParts, dataFolder: string): Promise<void> {
  const { folder, binaries, runAs, isDurable } = parts;
  const unfinished = `${dataFolder}.unfinished`;
  await mkdir(folder, { recursive: true });
  await chmod(folder, 0o700);
  await rm(unfinished, { recursive: true, force: true });
  await writeFile(passwordFile(folder), `${randomBytes(24).toString('base64url')}\n`, { mode: 0o600 });
  if (runAs) for (const path of [folder, passwordFile(folder)]) await chown(path, runAs.uid, runAs.gid);
  await runInitdb(
    ['-D', unfinished, '-U', 'postgres', `--pwfile=${passwordFile(folder)}`, ...initdbFlags(isDurable)],
    binaries.initdb,
    runAs,
  );
  await rename(unfinished, dataFolder);
  await stat(dataFolder);
}

function initdbFlags(isDurable: boolean): readonly string[] {
  return [
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // The built-in locale sorts by code point and knows Unicode letters, on every system alike.
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    ...(isDurable ? [] : ['--no-sync']),
  ];
}

async function runInitdb(args: readonly string[], program: string, runAs: RunAs | undefined): Promise<void> {
  const initdb = startGuarded({ program, args, env: { ...childEnvironment(), LC_ALL: 'C' }, cwd: '/', user: runAs });
  const exit = await initdb.exited;
  if (exit.code !== 0) throw postgresFailure(initdb.lastLines, args[1] ?? '');
}
