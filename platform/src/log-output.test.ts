import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test, vi } from 'vitest';

vi.setConfig({ testTimeout: 30_000 });
const module = fileURLToPath(new URL('./log-output.ts', import.meta.url));
type Child = ChildProcessByStdio<null, Readable, Readable>;
const children: Child[] = [];
afterEach(() => children.splice(0).forEach((child) => child.kill('SIGKILL')));

/** A process that opens standard output as its log, and then does `script`. */
function run(script: string): Child {
  const source = `
    import { openLogOutput } from ${JSON.stringify(module)};
    const output = openLogOutput(1, { chunkLength: 1_000, holdMs: 20, backlogBytesLimit: 100_000 });
    const line = (text) => output.destination.write(text + '\\n');
    ${script}`;
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', source], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function outputOf(script: string): Promise<string> {
  const child = run(script);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child, 'close');
  return text;
}

test('a line comes by itself, without others that push it', async () => {
  const child = run(`line('alone'); setInterval(() => undefined, 1_000);`);
  const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
  expect(chunk.toString()).toBe('alone\n');
});

test('a process that calls exit has written every line', async () => {
  const text = await outputOf(`for (let index = 0; index < 500; index += 1) line('line'); process.exit(0);`);
  expect(text).toBe('line\n'.repeat(500));
});

test.each([
  ['returns', ''],
  ['awaits the log and calls exit', 'await output.drained(); process.exit(0);'],
])('a process that %s has written every line, in order', async (_how, end) => {
  const text = await outputOf(`for (let index = 0; index < 500; index += 1) line('line ' + index); ${end}`);
  expect(text.split('\n').slice(0, -1)).toEqual(Array.from({ length: 500 }, (_, index) => `line ${index}`));
});

test('lines come as they are, whatever they are made of and however long', async () => {
  const lines = ['plain', 'käse', 'käse ✓ 🚲', 'x'.repeat(5_000), '', '🚲'.repeat(400), 'end'];
  const text = await outputOf(`for (const text of ${JSON.stringify(lines)}) line(text);`);
  expect(text).toBe(lines.map((line) => `${line}\n`).join(''));
});

test('a reader that does not read costs lines, which are counted, and no memory', async () => {
  // Far more than the pipe, which holds 64 KiB, and the backlog together.
  const child = run(`
    for (let index = 0; index < 5_000; index += 1) line('x'.repeat(999));
    process.stderr.write(String(output.droppedLineCount()));
    await output.drained();
    process.exit(0);`);
  const [dropped] = (await once(child.stderr, 'data')) as [Buffer];
  let lineCount = 0;
  child.stdout.on('data', (chunk: Buffer) => (lineCount += chunk.toString().split('\n').length - 1));
  await once(child, 'close');
  expect(Number(dropped.toString())).toBeGreaterThan(4_000);
  expect(lineCount + Number(dropped.toString())).toBe(5_000);
});
