import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { formatStory, type SandboxState } from '@banyan/sandbox';

const checkout = fileURLToPath(new URL('../../../', import.meta.url));
const forStart = { timeout: 120_000, interval: 100 };

let folder: string;
let up: ChildProcess;
let printed = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-readme-'));
  // Exactly `npm start`, with a folder of its own.
  up = spawn(process.execPath, ['cli/bin/banyan.mjs', 'up', '--traffic', '20', '--data-dir', folder], {
    cwd: checkout,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  for (const stream of [up.stdout, up.stderr])
    stream?.setEncoding('utf8').on('data', (text: string) => (printed += text));
  await vi.waitFor(() => expect(printed).toContain('npx banyan sync status'), forStart);
});

afterAll(async () => {
  if (up.exitCode === null) up.kill('SIGKILL');
  await rm(folder, { recursive: true, force: true });
});

test('the story that the sandbox prints can be pasted into a shell and is true', async () => {
  const out = await shell(storyIn(printed));
  const statuses = [...out.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map(([, status]) => status);
  const sides = [...out.matchAll(/^x-banyan-side: (\S+)/gim)].map(([, side]) => side);
  expect(statuses).toEqual(['201', '200', '200', '201', '200']);
  expect(sides).toEqual(['legacy', 'extracted', 'extracted', 'extracted', 'legacy']);
  expect(out).toMatch(/"status":"cancelled".*"cancelReason":"NO SHOW"/);
  expect(out).toMatch(/"id":1\d{9},"userId":42/);
  expect(out).toMatch(/^trips\.trip +\d+ +0 +0$/m);
});

test('the README tells the same story with the usual addresses', async () => {
  const readme = await readFile(join(checkout, 'README.md'), 'utf8');
  const usual = { dataDir: join(checkout, '.banyan'), facade: { url: 'http://127.0.0.1:8080' } } as SandboxState;
  expect(/<!-- story -->\n```sh\n([\s\S]*?)\n```/.exec(readme)?.[1]).toBe(formatStory(usual));
});

test('the traffic is answered: no server errors', async () => {
  await vi.waitFor(() => expect(printed).toMatch(/traffic · .*2\d\d: \d/), forStart);
  expect(printed).not.toMatch(/traffic · .*\b5\d\d: /);
});

test('Ctrl-C stops everything in order, the door first and the database last', async () => {
  const ended = new Promise<number | null>((resolve) => up.once('exit', resolve));
  up.kill('SIGINT');
  expect(await ended).toBe(0);
  const stopped = [...printed.matchAll(/(\S+) stopped$/gm)].map(([, name]) => name);
  expect(stopped).toEqual(['facade', 'sync', 'trip-service', 'vehicle-service', 'monolith', 'unleash', 'postgres']);
});

function storyIn(text: string): string {
  const from = text.indexOf('In a second terminal, here:');
  return (
    text.slice(from + 'In a second terminal, here:'.length, text.indexOf('npx banyan sync status', from)) +
    'npx banyan sync status\n'
  );
}

async function shell(script: string): Promise<string> {
  const child = spawn('bash', ['-e'], { cwd: checkout, stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stdin.end(script);
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  expect([exitCode, out]).toEqual([0, out]);
  return out.replaceAll('\r', '');
}
