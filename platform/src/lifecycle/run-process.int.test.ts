import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';

const fixture = fileURLToPath(new URL('./fixtures/main-fixture.ts', import.meta.url));

interface Ended {
  readonly exitCode: number | null;
  readonly events: readonly string[];
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  readonly errorText: string;
}

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/**
 * Runs the fixture until it ends.
 *
 * @param signals - by the event of a log line: what is sent to the process when it has written that line
 */
async function run(story: string, signals: Readonly<Record<string, NodeJS.Signals>> = {}): Promise<Ended> {
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', fixture, story]);
  children.push(child);
  const lines: Ended['lines'][number][] = [];
  createInterface({ input: child.stdout }).on('line', (text) => {
    const line = JSON.parse(text) as Ended['lines'][number];
    lines.push(line);
    const signal = signals[String(line['event'])];
    if (signal) child.kill(signal);
  });
  let errorText = '';
  child.stderr.on('data', (chunk: Buffer) => (errorText += chunk.toString()));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, events: lines.map(({ event }) => String(event)), lines, errorText };
}

describe('a process', () => {
  test.each(['SIGTERM', 'SIGINT'] as const)('that gets %s closes what it opened and exits with 0', async (signal) => {
    const { exitCode, events, errorText } = await run('runs', { 'fixture.ready': signal });
    expect(events).toEqual(['fixture.ready', 'process.closing', 'fixture.released', 'process.closed']);
    expect([exitCode, errorText]).toEqual([0, '']);
  });

  test('takes a signal that npm sends a second time as the same one', async () => {
    const { exitCode, events } = await run('closes-at-second-signal', {
      'fixture.ready': 'SIGINT',
      'process.closing': 'SIGINT',
    });
    expect(events.at(-1)).toBe('process.closed');
    expect(exitCode).toBe(0);
  });

  test('ends at once with 130 at a second signal', async () => {
    const { exitCode, events } = await run('never-closes', { 'fixture.ready': 'SIGINT', 'process.closing': 'SIGTERM' });
    expect(events).toEqual(['fixture.ready', 'process.closing']);
    expect(exitCode).toBe(130);
  });

  test('that does not close in time says so and exits with 1', async () => {
    const { exitCode, lines } = await run('closes-too-late', { 'fixture.ready': 'SIGTERM' });
    expect(lines.at(-1)).toMatchObject({
      level: 'error',
      event: 'process.close-failed',
      err: { code: 'DEADLINE_PASSED' },
    });
    expect(exitCode).toBe(1);
  });

  test('that is told to end while it starts exits with 0 and complains of nothing', async () => {
    const { exitCode, lines } = await run('closes-while-it-starts', { 'fixture.ready': 'SIGTERM' });
    expect(lines.filter(({ level }) => level === 'error')).toEqual([]);
    expect(exitCode).toBe(0);
  });

  test('that crashes logs why, loses no line, closes what it opened and exits with 1', async () => {
    const { exitCode, events, lines } = await run('crashes');
    expect(lines.filter(({ event }) => event === 'fixture.spoke')).toHaveLength(2_000);
    expect(lines).toContainEqual(expect.objectContaining({ event: 'process.crashed', msg: 'out of the blue' }));
    expect(events.slice(-3)).toEqual(['process.closing', 'fixture.released', 'process.closed']);
    expect(exitCode).toBe(1);
  });

  test('with a rejection that nobody handles crashes', async () => {
    const { exitCode, lines } = await run('rejects');
    expect(lines).toContainEqual(expect.objectContaining({ event: 'process.crashed', msg: 'nobody waits' }));
    expect(exitCode).toBe(1);
  });

  test('that fails to start says why and what to do, closes what it opened and exits with 1', async () => {
    const { exitCode, events, lines } = await run('fails-to-start');
    expect(lines[0]).toMatchObject({
      level: 'error',
      event: 'process.start-failed',
      msg: 'The fixture is broken. Mend it.',
    });
    expect(events.slice(1)).toEqual(['process.closing', 'fixture.released', 'process.closed']);
    expect(exitCode).toBe(1);
  });

  test('with a bad configuration prints every bad key, no secret, and exits with 2', async () => {
    const { exitCode, lines, errorText } = await run('misconfigured');
    expect(errorText).toContain('2 bad key(s)');
    expect(errorText).toContain('FIXTURE_PORT: "80x" is not a whole number');
    expect(errorText).toContain('FIXTURE_DATABASE_URL: must start with postgres:');
    expect(errorText).not.toContain('hunter2');
    expect([exitCode, lines]).toEqual([2, []]);
  });
});
