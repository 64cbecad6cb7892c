import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, test } from 'vitest';
import { repositoryFolder } from '../folders.ts';
import { childEnvironment } from '../config.ts';
import { patiently } from '../testing/patiently.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { describeExit, startGuarded } from './guarded-process.ts';
import { startTimeOf } from './process-identity.ts';

const shell = (script: string): { program: string; args: string[]; env: Record<string, string> } => ({
  program: '/bin/sh',
  args: ['-c', script],
  env: childEnvironment(),
});

describe('a guarded process', () => {
  test('is the program itself, with its arguments as they are', async () => {
    const child = startGuarded({ program: '/bin/echo', args: ['a b', '$HOME', `it's`], env: childEnvironment() });
    expect(await child.exited).toEqual({ code: 0, signal: null });
    expect(child.lastLines).toEqual([`a b $HOME it's`]);
  });

  test('keeps the last lines of both outputs', async () => {
    const child = startGuarded(shell('echo out; echo err >&2; exit 3'));
    expect(describeExit(await child.exited)).toBe('exit code 3');
    expect([...child.lastLines].sort()).toEqual(['err', 'out']);
  });

  test('that does not exist ends with 127', async () => {
    const child = startGuarded({ program: '/nowhere/program', args: [], env: childEnvironment() });
    expect((await child.exited).code).toBe(127);
  });

  test('ends when it is asked to', async () => {
    const child = startGuarded(shell('exec sleep 600'));
    expect(await child.stop()).toEqual({ code: null, signal: 'SIGTERM' });
    expect(child.hasExited).toBe(true);
  });

  test('that does not listen is killed with all it started', async () => {
    const child = startGuarded({ ...shell(`trap '' TERM; sleep 600 & echo $!; wait; wait`), stopGraceMs: 100 });
    await expect.poll(() => child.lastLines.length, patiently).toBe(1);
    expect((await child.stop()).signal).toBe('SIGKILL');
    await expect.poll(() => startTimeOf(Number(child.lastLines[0])), patiently).toBeUndefined();
  });

  test('sees nothing of the environment but what it is given', async () => {
    const child = startGuarded({ program: '/usr/bin/env', args: [], env: { ONLY: 'this' } });
    await child.exited;
    expect(child.lastLines.filter((line) => !/^(PWD|_|SHLVL|OLDPWD)=/.test(line))).toEqual(['ONLY=this']);
  });
});

test('kill -9 of the parent leaves no orphan', async () => {
  const script = join(await temporaryFolder(), 'parent.mjs');
  await writeFile(
    script,
    `import { startGuarded } from '${join(import.meta.dirname, 'guarded-process.ts')}';
     const child = startGuarded({ program: '/bin/sleep', args: ['600'], env: {} });
     console.log(child.pid);
     setInterval(() => {}, 1000);`,
  );
  const parent = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', script], {
    cwd: repositoryFolder,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  expect(await startTimeOf(Number(line))).toBeDefined();
  parent.kill('SIGKILL');
  await expect.poll(() => startTimeOf(Number(line)), patiently).toBeUndefined();
});
