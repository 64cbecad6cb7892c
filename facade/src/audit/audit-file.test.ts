import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { captureLog } from '@banyan/platform/testing';
import type { AuditEntry } from './audit.ts';
import { openAuditFile } from './audit-file.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-audit-'));
  path = join(folder, 'audit.ndjson');
});
afterEach(() => rm(folder, { recursive: true }));

function entry(number: number): AuditEntry {
  return {
    number,
    at: '2026-11-21T03:04:05.000Z',
    kind: 'rules-refused',
    by: 'file',
    concerning: 'rules',
    from: 'a',
    to: 'a',
    effect: { problemCount: number },
  };
}

const numbersIn = async (file: string): Promise<readonly number[]> =>
  (await readFile(file, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as AuditEntry).number);

test('entries are lines, in order, after those of an earlier process, readable only by its user', async () => {
  const first = openAuditFile({ path, bytesLimit: 10_000, log: captureLog().log });
  first.append(entry(1));
  await first.close();
  const second = openAuditFile({ path, bytesLimit: 10_000, log: captureLog().log });
  for (const number of [2, 3, 4]) second.append(entry(number));
  await second.close();
  expect(await numbersIn(path)).toEqual([1, 2, 3, 4]);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a file that is full is put aside once, so that both together stay within twice the limit', async () => {
  const file = openAuditFile({ path, bytesLimit: 300, log: captureLog().log });
  for (let number = 1; number <= 20; number++) file.append(entry(number));
  await file.close();
  const [older, newer] = [await numbersIn(`${path}.1`), await numbersIn(path)];
  expect([...older, ...newer]).toEqual([...older, ...newer].toSorted((one, other) => one - other));
  expect(newer.at(-1)).toBe(20);
  expect((await stat(path)).size + (await stat(`${path}.1`)).size).toBeLessThan(2 * 300 + 400);
});

test('a file that cannot be written is reported once, and works again when it can', async () => {
  const captured = captureLog();
  await writeFile(join(folder, 'blocked'), '');
  const file = openAuditFile({ path: join(folder, 'blocked', 'audit'), bytesLimit: 300, log: captured.log });
  file.append(entry(1));
  file.append(entry(2));
  await file.close();
  expect(file.problem()).toBe('ENOTDIR');
  expect(captured.lines.map(({ event }) => event)).toEqual(['audit.unsaved']);
  await rm(join(folder, 'blocked'));
  await mkdir(join(folder, 'blocked'));
  file.append(entry(3));
  await file.close();
  expect(file.problem()).toBeUndefined();
  expect(await numbersIn(join(folder, 'blocked', 'audit'))).toEqual([3]);
});

test('what a slow disk cannot take is not piled up', async () => {
  const file = openAuditFile({ path, bytesLimit: 1_000_000, log: captureLog().log, waitingLimit: 5 });
  for (let number = 1; number <= 50; number++) file.append(entry(number));
  expect(file.problem()).toBe('the disk is too slow');
  await file.close();
  expect(await numbersIn(path)).toEqual([1, 2, 3, 4, 5]);
});
