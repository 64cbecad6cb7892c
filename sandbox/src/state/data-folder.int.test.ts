import { chmod, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { canReach, chooseRunAs } from '../postgres/run-as.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openDataFolder, wipeDataFolder } from './data-folder.ts';

describe('a data folder', () => {
  test('is made where there is none, and opened again', async () => {
    const path = join(await temporaryFolder(), 'deep', 'data');
    const first = await openDataFolder(path);
    expect(await openDataFolder(path)).toEqual(first);
  });

  test('is not made in a folder with files of somebody else', async () => {
    const path = await temporaryFolder();
    await writeFile(join(path, 'thesis.txt'), 'years of work');
    await expect(openDataFolder(path)).rejects.toMatchObject({ code: 'SANDBOX_FOREIGN_FOLDER' });
    expect(await readdir(path)).toEqual(['thesis.txt']);
  });

  test('may hold downloads before it is made', async () => {
    const path = await temporaryFolder();
    await mkdir(join(path, 'cache'));
    expect((await openDataFolder(path)).path).toBe(path);
  });

  test('can be entered by the user that Postgres runs as, although a temporary folder was closed to it', async () => {
    const path = await temporaryFolder();
    await chmod(path, 0o700);
    await openDataFolder(path);
    expect(canReach(path, await chooseRunAs())).toBe(true);
  });

  test('loses everything but downloads and the lock when it is wiped', async () => {
    const path = await temporaryFolder();
    const folder = await openDataFolder(path);
    await mkdir(folder.postgres);
    await mkdir(join(path, 'cache'));
    for (const file of ['secrets.json', 'sandbox.lock', 'logs/facade.log']) await writeFile(join(path, file), '');
    await wipeDataFolder(folder, 'sandbox.lock');
    expect((await readdir(path)).sort()).toEqual(['banyan-sandbox', 'cache', 'facade', 'logs', 'sandbox.lock']);
    expect(await readdir(folder.logs)).toEqual([]);
  });
});
