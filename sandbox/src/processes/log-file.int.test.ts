import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { openLogFile, openLogs } from './log-file.ts';

test('a full log becomes the old one and a new one begins', async () => {
  const path = join(await temporaryFolder(), 'facade.log');
  const log = openLogFile(path, 100);
  for (let line = 0; line < 50; line += 1) log.write(`line ${line} of fifty`);
  log.close();
  expect((await stat(path)).size).toBeLessThanOrEqual(130);
  expect((await stat(`${path}.1`)).size).toBeLessThanOrEqual(130);
  expect(await readFile(path, 'utf8')).toContain('line 49 of fifty');
});

test('a log goes on where the last run left off', async () => {
  const folder = await temporaryFolder();
  for (const line of ['first run', 'second run']) {
    const logs = openLogs(folder);
    logs.writerFor('sync')(line);
    logs.close();
  }
  expect(await readFile(join(folder, 'sync.log'), 'utf8')).toBe('first run\nsecond run\n');
});
