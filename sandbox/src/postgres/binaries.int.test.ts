import { execFile } from 'node:child_process';
import { chmod, cp, lstat, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { binariesPackageFolder, findBinaries } from './binaries.ts';
import { reachablePlace } from './reachable-folder.ts';
import { chooseRunAs } from './run-as.ts';

const run = promisify(execFile);

test('binaries run although npm did not run the script that links their libraries', async () => {
  const packageFolder = join(await temporaryFolder(), 'binaries');
  await cp(binariesPackageFolder(), packageFolder, { recursive: true, verbatimSymlinks: true });
  await unlink(join(packageFolder, 'native', 'lib'));
  const { postgres } = await findBinaries(undefined, packageFolder);
  const { stdout } = await run(postgres, ['--version']);
  expect(stdout).toMatch(/^postgres \(PostgreSQL\) 18\./);
});

async function unlink(folder: string): Promise<void> {
  for (const entry of await readdir(folder)) {
    if ((await lstat(join(folder, entry))).isSymbolicLink()) await rm(join(folder, entry));
  }
}

test('data lies where it is wished when the user of Postgres can go there', async () => {
  const wished = join(await temporaryFolder(), 'postgres');
  expect(await reachablePlace(wished, await chooseRunAs())).toBe(wished);
});

test('data of root lies elsewhere, always at the same place, when the user of Postgres cannot go there', async () => {
  const closed = join(await temporaryFolder(), 'closed');
  await mkdir(closed);
  await chmod(closed, 0o700);
  const runAs = await chooseRunAs();
  const wished = join(closed, 'postgres');
  const place = await reachablePlace(wished, runAs);
  // An ordinary user runs Postgres as itself and can go wherever it wishes.
  expect(place === wished).toBe(runAs === undefined);
  expect(await reachablePlace(wished, runAs)).toBe(place);
});
