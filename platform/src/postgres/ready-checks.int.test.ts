import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';
import { createScratchDatabase, type ScratchDatabase } from '../testing/index.ts';
import { migrate, type MigrationsOptions } from './migrations.ts';
import { databaseReadyChecks } from './ready-checks.ts';

let scratch: ScratchDatabase;
let folder: string;
let migrations: MigrationsOptions;
beforeEach(async () => {
  scratch = await createScratchDatabase(inject('postgresUrl'));
  folder = await mkdtemp(join(tmpdir(), 'ready-'));
  migrations = { directory: pathToFileURL(`${folder}/`), set: 'things' };
  await writeFile(join(folder, '0001_things.sql'), 'create table thing (id int)');
});
afterEach(async () => {
  await scratch.drop();
  await rm(folder, { recursive: true });
});

const answers = () =>
  Promise.all(
    databaseReadyChecks(scratch.database, migrations).map(async ({ name, check }) => ({ name, ...(await check()) })),
  );

describe('a database', () => {
  test('is ready when it answers and is migrated', async () => {
    await migrate(scratch.database, migrations);
    expect(await answers()).toEqual([
      { name: 'database', isReady: true },
      { name: 'migrations', isReady: true },
    ]);
  });

  test('is not ready before it is migrated, and says what is missing', async () => {
    expect(await answers()).toEqual([
      { name: 'database', isReady: true },
      { name: 'migrations', isReady: false, why: 'Not applied: 0001_things.sql. Start the service again.' },
    ]);
  });

  test('is not ready when it does not answer', async () => {
    const [answering] = databaseReadyChecks(scratch.database, migrations);
    await scratch.database.close();
    await expect(answering?.check()).rejects.toThrow();
  });
});
