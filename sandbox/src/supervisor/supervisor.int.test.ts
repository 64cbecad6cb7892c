import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { childEnvironment } from '../config.ts';
import { freePort } from '../processes/free-port.ts';
import { startGuarded } from '../processes/guarded-process.ts';
import { startTimeOf } from '../processes/process-identity.ts';
import { patiently } from '../testing/patiently.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { nodeProcess } from './node-process.ts';
import type { Launch, ProcessSpec } from './supervised-process.ts';
import type { SupervisorEvent } from './supervisor-event.ts';
import { createSupervisor, type Supervisor } from './supervisor.ts';

function aSupervisor(): { readonly supervisor: Supervisor; readonly events: SupervisorEvent[] } {
  const events: SupervisorEvent[] = [];
  const supervisor = createSupervisor((event) => events.push(event));
  onTestFinished(() => supervisor.killAll());
  return { supervisor, events };
}

const shell =
  (script: string): Launch =>
  (context) => {
    const child = startGuarded({ program: '/bin/sh', args: ['-c', script], env: childEnvironment(), ...context });
    context.onSpawn(child);
    return Promise.resolve(child);
  };
const sleeper = (name: string): ProcessSpec => ({ name, launch: shell('exec sleep 600') });
const pidOf = (supervisor: Supervisor, name: string): number | undefined =>
  supervisor.list().find((process) => process.name === name)?.pid;
const kinds = (events: readonly SupervisorEvent[]): string[] => events.map(({ kind, name }) => `${name} ${kind}`);

describe('a supervisor', () => {
  test('stops newest first', async () => {
    const { supervisor, events } = aSupervisor();
    await supervisor.start(sleeper('one'));
    await supervisor.start(sleeper('two'));
    await supervisor.stopAll();
    expect(kinds(events).filter((kind) => kind.endsWith('stopped'))).toEqual(['two stopped', 'one stopped']);
    expect(supervisor.list().map(({ phase }) => phase)).toEqual(['stopped', 'stopped']);
  });

  test('restarts a process that was killed from outside, and says so', async () => {
    const { supervisor, events } = aSupervisor();
    await supervisor.start(sleeper('one'));
    const first = pidOf(supervisor, 'one') ?? 0;
    process.kill(first, 'SIGKILL');
    await expect.poll(() => kinds(events).filter((kind) => kind === 'one ready').length, patiently).toBe(2);
    expect(pidOf(supervisor, 'one')).not.toBe(first);
    expect(events.find(({ kind }) => kind === 'crashed')).toMatchObject({ exit: { signal: 'SIGKILL' } });
  });

  test('gives up a process that crashes again and again, with its last lines', async () => {
    const { supervisor, events } = aSupervisor();
    await supervisor.start({ name: 'broken', launch: shell('echo the reason; exit 7') });
    const failure = await supervisor.failed;
    expect(failure).toMatchObject({ code: 'SANDBOX_PROCESS_FAILED', concerning: 'broken' });
    expect(failure.message).toContain('the reason');
    expect(kinds(events).filter((kind) => kind === 'broken crashed')).toHaveLength(4);
  });

  test('leaves a process alone that was stopped by name, until it is started again', async () => {
    const { supervisor } = aSupervisor();
    await supervisor.start(sleeper('one'));
    await supervisor.stop('one');
    expect(pidOf(supervisor, 'one')).toBeUndefined();
    await supervisor.startAgain('one');
    expect(pidOf(supervisor, 'one')).toBeDefined();
  });

  test('kills all at once', async () => {
    const { supervisor } = aSupervisor();
    await supervisor.start({ name: 'deaf', launch: shell(`trap '' TERM; while :; do sleep 1; done`) });
    const pid = pidOf(supervisor, 'deaf') ?? 0;
    supervisor.killAll();
    await expect.poll(() => startTimeOf(pid), patiently).toBeUndefined();
  });

  test('starts nothing once it stops', async () => {
    const { supervisor } = aSupervisor();
    await supervisor.stopAll();
    await expect(supervisor.start(sleeper('late'))).rejects.toMatchObject({ code: 'SANDBOX_STOPPING' });
  });

  test('names the processes there are when asked for another', async () => {
    const { supervisor } = aSupervisor();
    await supervisor.start(sleeper('one'));
    await expect(async () => supervisor.stop('two')).rejects.toThrow('no process "two"');
  });

  test('stops a process that is still on its way to being ready', async () => {
    const { supervisor } = aSupervisor();
    const port = await freePort();
    const launch = nodeProcess({
      ...aMain(await mainFile('setInterval(() => {}, 1000)'), port),
      startTimeoutMs: 60_000,
    });
    const started = supervisor.start({ name: 'slow', launch });
    const outcome = expect(started).rejects.toMatchObject({ code: 'SANDBOX_PROCESS_ENDED' });
    await expect.poll(() => pidOf(supervisor, 'slow'), patiently).toBeDefined();
    await supervisor.stopAll();
    await outcome;
  });
});

const aMain = (main: string, port: number): Omit<Parameters<typeof nodeProcess>[0], 'startTimeoutMs'> => ({
  name: 'fixture',
  main,
  env: { ...childEnvironment(), PORT: String(port) },
  readyUrl: `http://127.0.0.1:${port}/ready`,
  heapMebibytes: 64,
});

async function mainFile(source: string): Promise<string> {
  const file = join(await temporaryFolder(), 'main.mjs');
  await writeFile(file, source);
  return file;
}

describe('a Node process', () => {
  test('is ready when its ready URL answers 200, not before', async () => {
    const { supervisor, events } = aSupervisor();
    const main = await mainFile(`
      import { createServer } from 'node:http';
      let asked = 0;
      createServer((request, response) => { asked += 1; response.writeHead(asked < 3 ? 503 : 200); response.end(); console.log('asked ' + asked); })
        .listen(Number(process.env.PORT), '127.0.0.1');`);
    const lines: string[] = [];
    const launch = nodeProcess({ ...aMain(main, await freePort()), startTimeoutMs: 30_000 });
    await supervisor.start({ name: 'fixture', launch, onLine: (line) => lines.push(line) });
    expect(kinds(events)).toEqual(['fixture starting', 'fixture ready']);
    await expect.poll(() => lines, patiently).toEqual(['asked 1', 'asked 2', 'asked 3']);
  });

  test('that ends before it is ready is an error with its last lines, not a restart', async () => {
    const { supervisor, events } = aSupervisor();
    const main = await mainFile(`console.error('LEGACY_PORT: missing'); process.exit(2);`);
    const launch = nodeProcess({ ...aMain(main, await freePort()), startTimeoutMs: 30_000 });
    await expect(supervisor.start({ name: 'fixture', launch })).rejects.toThrow(/exit code 2[^]*LEGACY_PORT: missing/);
    expect(kinds(events)).toEqual(['fixture starting']);
  });

  test('that does not become ready in time is killed', async () => {
    const { supervisor } = aSupervisor();
    const pidFile = join(await temporaryFolder(), 'pid');
    const main = await mainFile(`
      import { writeFileSync } from 'node:fs';
      writeFileSync('${pidFile}', String(process.pid));
      setInterval(() => {}, 1000);`);
    const launch = nodeProcess({ ...aMain(main, await freePort()), startTimeoutMs: 1_500 });
    await expect(supervisor.start({ name: 'fixture', launch })).rejects.toMatchObject({ code: 'SANDBOX_PROCESS_SLOW' });
    const pid = Number(await readFile(pidFile, 'utf8'));
    await expect.poll(() => startTimeOf(pid), patiently).toBeUndefined();
  });
});
