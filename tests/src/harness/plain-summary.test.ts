import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';

const reporter = fileURLToPath(new URL('../../plain-summary.ts', import.meta.url));
const program = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');

/** What a run over such files ends with. */
async function ending(
  files: Readonly<Record<string, string>>,
): Promise<{ readonly code: number; readonly lines: string[] }> {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-run-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  const options = [
    '--root',
    folder,
    '--globals',
    '--no-isolate',
    '--maxWorkers=2',
    '--retry=1',
    `--reporter=${reporter}`,
  ];
  return new Promise((resolve) => {
    execFile(process.execPath, [program, 'run', ...options], (error, output) => {
      resolve({ code: Number(error?.code ?? 0), lines: output.split('\n').filter((line) => line !== '') });
    });
  });
}

const good = `test('one', () => {}); test.skip('two', () => {});`;

describe('the end of a run', () => {
  test('counts what passed, failed and was skipped', async () => {
    const { code, lines } = await ending({ 'a.test.mjs': good });
    expect([code, lines.at(-1)]).toEqual([0, '1 passed, 0 failed, 1 skipped']);
  });

  test.each([
    ['a test', `test('one', () => expect(1).toBe(2));`],
    ['a file that cannot be read', 'import "./nowhere.mjs";'],
    [
      'a hook',
      `describe('d', () => { afterAll(() => { throw new TypeError('no'); }); test.skip('two'); test('one', () => {}); });`,
    ],
  ])('fails with %s', async (_what, text) => {
    const { code, lines } = await ending({ 'a.test.mjs': good, 'b.test.mjs': text });
    expect([code, lines.at(-1)]).toEqual([1, expect.stringMatching(/^[12] passed, 1 failed, /)]);
  });

  test('fails when no test ran', async () => {
    const { code, lines } = await ending({ 'a.test.mjs': `test.skip('two', () => {});` });
    expect([code, lines.at(-1)]).toEqual([1, '0 passed, 0 failed, 1 skipped']);
  });

  test('names what passed only when it was run again', async () => {
    const text = `let count = 0; test('one', () => { count += 1; if (count === 1) throw new TypeError('the first time'); });`;
    const { code, lines } = await ending({ 'a.test.mjs': text });
    expect([code, ...lines.slice(-2)]).toEqual([
      0,
      'flaky: a.test.mjs > one: the first time',
      '1 passed, 0 failed, 0 skipped',
    ]);
  });

  test('names the file whose process died', async () => {
    const dying = `test('one', () => { process.kill(process.pid, 'SIGKILL'); return new Promise(() => {}); });`;
    const { code, lines } = await ending({ 'a.test.mjs': good, 'b.test.mjs': dying });
    expect(code).toBe(1);
    expect(lines).toContain('no result, its process died: b.test.mjs');
    // Vitest's own word for it is the second.
    expect(lines.at(-1)).toBe('1 passed, 2 failed, 1 skipped');
  });
});
