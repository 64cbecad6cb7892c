import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished, test } from 'vitest';
import { endLeftovers, recordOf, type ProcessRecord } from './process-record.ts';

function run(script: string): ChildProcess {
  const child = spawn('/bin/sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}
async function recordOfChild(child: ChildProcess): Promise<ProcessRecord> {
  return (await recordOf('left', child.pid ?? 0)) ?? { name: 'left', pid: 0, startTime: '' };
}

test('a process that was left behind is asked to end', async () => {
  const child = run('exec sleep 600');
  const ended = once(child, 'exit');
  await endLeftovers([await recordOfChild(child)], 5_000);
  expect(await ended).toEqual([null, 'SIGTERM']);
});

test('one that does not listen is killed', async () => {
  const child = run(`trap '' TERM; echo deaf; while :; do sleep 1; done`);
  await once(child.stdout ?? child, 'data');
  const ended = once(child, 'exit');
  await endLeftovers([await recordOfChild(child)], 100);
  expect(await ended).toEqual([null, 'SIGKILL']);
});

test('another process with the same number is left alone', async () => {
  const child = run('exec sleep 600');
  await endLeftovers([{ ...(await recordOfChild(child)), startTime: 'another' }], 100);
  expect(child.exitCode ?? child.signalCode).toBeNull();
});
