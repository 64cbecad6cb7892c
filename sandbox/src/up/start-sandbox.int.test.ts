import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openDatabase, silentLogger, type Database } from '@banyan/platform';
import { describe, expect, onTestFinished, test } from 'vitest';
import { repositoryFolder } from '../folders.ts';
import { toolEnvironment } from '../config.ts';
import { startTimeOf } from '../processes/process-identity.ts';
import { readSandboxState } from '../state/sandbox-state.ts';
import { patiently } from '../testing/patiently.ts';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import type { SandboxEvent } from './sandbox-event.ts';
import type { PlannedProcess, SandboxPlan } from './sandbox-plan.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from './start-sandbox.ts';

// The sandbox itself: real Postgres, real processes, but small ones instead of the fleet's.
const server = `
  import { createServer } from 'node:http';
  createServer((request, response) => {
    if (request.url === '/crash') { console.error('the last words'); process.exit(9); }
    response.end();
  }).listen(Number(process.env.PORT), '127.0.0.1');
  process.on('SIGTERM', () => process.exit(0));`;

const anyPorts = { postgres: 0, unleash: 0, monolith: 0, vehicles: 0, trips: 0, sync: 0, facade: 0, facadeAdmin: 0 };

async function options(part: Partial<SandboxOptions> = {}): Promise<SandboxOptions> {
  const folder = await temporaryFolder();
  const main = join(folder, 'server.mjs');
  await writeFile(main, server);
  const aProcess = (name: string, port: number, after: readonly string[]): PlannedProcess => ({
    name,
    main,
    env: { PORT: String(port) },
    readyUrl: `http://127.0.0.1:${port}/ready`,
    heapMebibytes: 32,
    after,
  });
  return {
    dataDir: join(folder, 'data'),
    isFresh: false,
    bus: 'embedded',
    traffic: 0,
    isDurable: false,
    ports: anyPorts,
    plannedProcesses: ({ ports }: SandboxPlan) => [
      aProcess('monolith', ports.monolith, []),
      aProcess('facade', ports.facade, ['monolith']),
    ],
    ...part,
  };
}

async function start(wanted: SandboxOptions): Promise<Sandbox> {
  const sandbox = await startSandbox(wanted);
  onTestFinished(() => sandbox.stop());
  return sandbox;
}

function open(sandbox: Sandbox): Database {
  const database = openDatabase({
    url: sandbox.state.monolith.databaseUrl,
    applicationName: 'test',
    log: silentLogger,
  });
  onTestFinished(() => database.close());
  return database;
}

const pidsOf = (sandbox: Sandbox): number[] => sandbox.processes.list().flatMap(({ pid }) => pid ?? []);
const anyAlive = async (pids: readonly number[]): Promise<boolean> =>
  (await Promise.all(pids.map(startTimeOf))).some((time) => time !== undefined);

describe('a sandbox', () => {
  test('starts all of it, says where it is, and leaves nothing when it is stopped', async () => {
    const wanted = await options();
    const sandbox = await start(wanted);
    expect(sandbox.processes.list().map(({ name, phase }) => `${name} ${phase}`)).toEqual([
      'postgres ready',
      'monolith ready',
      'facade ready',
    ]);
    const state = await readSandboxState(wanted.dataDir);
    expect(state?.facade.url).toBe(sandbox.state.facade.url);
    await expect.poll(async () => (await readSandboxState(wanted.dataDir))?.processes.length, patiently).toBe(3);
    const pids = pidsOf(sandbox);
    await sandbox.stop();
    expect(await anyAlive(pids)).toBe(false);
    expect(await readSandboxState(wanted.dataDir)).toBeUndefined();
  });

  test('keeps its data and its secrets, until it is started fresh', async () => {
    const wanted = await options();
    const first = await start(wanted);
    const before = open(first);
    await before.query('create table kept (id int)');
    await before.close();
    await first.stop();

    const second = await start(wanted);
    await open(second).query('select id from kept');
    expect(second.state.facade.adminToken.reveal()).toBe(first.state.facade.adminToken.reveal());
    await second.stop();

    const third = await start({ ...wanted, isFresh: true });
    await expect(open(third).query('select id from kept')).rejects.toMatchObject({ code: '42P01' });
    expect(third.state.facade.adminToken.reveal()).not.toBe(first.state.facade.adminToken.reveal());
  });

  test('is refused a second time on the same data, and the first one goes on', async () => {
    const wanted = await options();
    const sandbox = await start(wanted);
    await expect(startSandbox({ ...wanted, isFresh: true })).rejects.toMatchObject({ code: 'SANDBOX_ALREADY_RUNS' });
    expect((await fetch(sandbox.state.facade.url)).status).toBe(200);
    expect(await readSandboxState(wanted.dataDir)).toBeDefined();
  });

  test('restarts a process that crashes and keeps its last words', async () => {
    const events: SandboxEvent[] = [];
    const wanted = await options({ onEvent: (event) => events.push(event) });
    const sandbox = await start(wanted);
    await fetch(`${sandbox.state.facade.url}/crash`).catch(() => undefined);
    await expect
      .poll(() => events.filter((event) => event.kind === 'ready' && event.name === 'facade').length, patiently)
      .toBe(2);
    expect(events.find(({ kind }) => kind === 'crashed')).toMatchObject({
      name: 'facade',
      exit: { code: 9 },
      lastLines: ['the last words'],
    });
    expect(await readFile(join(sandbox.state.logFolder, 'facade.log'), 'utf8')).toContain('the last words');
  });

  test('brings Postgres back with all that was committed', async () => {
    const sandbox = await start(await options());
    const database = open(sandbox);
    await database.query('create table committed (id int)');
    const postgres = sandbox.processes.list().find(({ name }) => name === 'postgres')?.pid ?? expect.unreachable();
    process.kill(postgres, 'SIGKILL');
    await expect
      .poll(() => database.query('select id from committed').then(() => 'there', String), patiently)
      .toBe('there');
  });

  test('stops and starts one process by name', async () => {
    const sandbox = await start(await options());
    await sandbox.processes.stop('monolith');
    await expect(fetch(sandbox.state.monolith.url)).rejects.toThrow();
    await sandbox.processes.start('monolith');
    expect((await fetch(sandbox.state.monolith.url)).status).toBe(200);
  });

  test('that cannot start stops what it had started, and says why', async () => {
    const wanted = await options();
    const pids: number[] = [];
    const failing = startSandbox({
      ...wanted,
      onEvent: (event) => (event.kind === 'ready' ? pids.push(event.pid) : undefined),
      plannedProcesses: (plan) => [
        ...(wanted.plannedProcesses?.(plan) ?? []),
        {
          name: 'sync',
          main: 'no/such/main.ts',
          env: {},
          readyUrl: 'http://127.0.0.1:1',
          heapMebibytes: 32,
          after: [],
        },
      ],
    });
    await expect(failing).rejects.toThrow(/sync ended before it was ready[^]*no\/such\/main\.ts/);
    expect(pids.length).toBeGreaterThan(0);
    expect(await anyAlive(pids)).toBe(false);
  });
});

/** A program that runs a sandbox, as the command does, and prints each event as one JSON line. */
async function aRunningProgram(wanted: SandboxOptions): Promise<{ child: ChildProcess; lines: string[] }> {
  const script = join(await temporaryFolder(), 'program.mjs');
  const processes = wanted.plannedProcesses?.({ ports: { monolith: 0, facade: 0 } } as never) ?? [];
  const main = processes[0]?.main ?? '';
  await writeFile(
    script,
    `import { runSandbox } from '${join(import.meta.dirname, 'run-sandbox.ts')}';
     const one = (name, port) => ({ name, main: '${main}', env: { PORT: String(port) }, readyUrl: 'http://127.0.0.1:' + port, heapMebibytes: 32, after: [] });
     const end = await runSandbox({
       ...${JSON.stringify(wanted)},
       plannedProcesses: ({ ports }) => [one('monolith', ports.monolith), one('facade', ports.facade)],
       onEvent: (event) => console.log(JSON.stringify(event)),
       onReady: (sandbox) => console.log(JSON.stringify({ kind: 'all-ready', pids: sandbox.processes.list().map(({ pid }) => pid) })),
       onStopping: () => console.log('{"kind":"stopping-all"}'),
     });
     console.log(JSON.stringify(end));`,
  );
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', script], {
    cwd: repositoryFolder,
    env: toolEnvironment(),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const lines: string[] = [];
  let rest = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    lines.push(...parts);
  });
  await expect.poll(() => lines.some((line) => line.includes('all-ready')), patiently).toBe(true);
  return { child, lines };
}

function pidsIn(lines: readonly string[]): number[] {
  const ready = lines.find((line) => line.includes('all-ready')) ?? '{"pids":[]}';
  return (JSON.parse(ready) as { pids: number[] }).pids;
}

describe('a program that runs a sandbox', () => {
  test('stops all of it in order on the first Ctrl-C', async () => {
    const { child, lines } = await aRunningProgram(await options());
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    const stopped = lines.flatMap((line) => (/"stopped","name":"([^"]+)"/.exec(line) ?? []).slice(1));
    expect(stopped).toEqual(['facade', 'monolith', 'postgres']);
    expect(lines.at(-1)).toBe('{"kind":"stopped"}');
    expect(await anyAlive(pidsIn(lines))).toBe(false);
  });

  test('kills all of it on the second Ctrl-C', async () => {
    const { child, lines } = await aRunningProgram(await options());
    const pids = pidsIn(lines);
    // A frozen process does not end in order.
    process.kill(pids[1] ?? expect.unreachable(), 'SIGSTOP');
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    await expect.poll(() => lines, patiently).toContain('{"kind":"stopping-all"}');
    child.kill('SIGINT');
    await ended;
    expect(lines).toContain('{"kind":"forced"}');
    await expect.poll(() => anyAlive(pids), patiently).toBe(false);
  });

  test('leaves no process behind when it is killed itself, and the next start goes well', async () => {
    const wanted = await options();
    const { child, lines } = await aRunningProgram(wanted);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    const next = await start(wanted);
    expect(await anyAlive(pidsIn(lines))).toBe(false);
    expect(next.processes.list().every(({ phase }) => phase === 'ready')).toBe(true);
  });
});
