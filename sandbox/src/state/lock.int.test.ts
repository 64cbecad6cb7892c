import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { lockDataFolder, lockFile, lockHolder } from './lock.ts';
import { recordOf } from './process-record.ts';

test('a folder is locked once and free again when it is given back', async () => {
  const folder = await temporaryFolder();
  const release = await lockDataFolder(folder);
  expect(await lockHolder(folder)).toMatchObject({ pid: process.pid });
  await expect(lockDataFolder(folder)).rejects.toMatchObject({ code: 'SANDBOX_ALREADY_RUNS', concerning: folder });
  await release();
  expect(await lockHolder(folder)).toBeUndefined();
  await (
    await lockDataFolder(folder)
  )();
});

test('the lock of a process that died is taken over', async () => {
  const folder = await temporaryFolder();
  const dying = spawn('/bin/sleep', ['600']);
  const record = await recordOf('supervisor', dying.pid ?? 0);
  await writeFile(join(folder, lockFile), JSON.stringify(record));
  await expect(lockDataFolder(folder)).rejects.toMatchObject({ code: 'SANDBOX_ALREADY_RUNS' });
  dying.kill('SIGKILL');
  await once(dying, 'exit');
  await (
    await lockDataFolder(folder)
  )();
});

test('a lock whose number was given to another process is taken over', async () => {
  const folder = await temporaryFolder();
  await writeFile(
    join(folder, lockFile),
    JSON.stringify({ name: 'supervisor', pid: process.pid, startTime: 'another' }),
  );
  await (
    await lockDataFolder(folder)
  )();
});

test('a lock that was cut short by a crash is taken over', async () => {
  const folder = await temporaryFolder();
  await writeFile(join(folder, lockFile), '{"name":"super');
  const release = await lockDataFolder(folder);
  expect(await readFile(join(folder, lockFile), 'utf8')).toContain(String(process.pid));
  await release();
});
