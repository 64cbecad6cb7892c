import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import pg from 'pg';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { openEventStream } from './testing/event-stream.ts';
import { createScratchDatabase, type ScratchDatabase } from './testing/scratch-database.ts';

let database: ScratchDatabase;
const children: ChildProcess[] = [];
beforeAll(async () => void (database = await createScratchDatabase(inject('postgresUrl'))));
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await database.drop();
});

type Env = Readonly<Record<string, string>>;

function run(main: string, env: Env, args: readonly string[] = []): ChildProcess {
  const path = new URL(main, import.meta.url).pathname;
  const child = spawn(process.execPath, ['--conditions=source', '--import', 'tsx', path, ...args], {
    env: { LEGACY_DATABASE_URL: database.url, LEGACY_PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(child);
  return child;
}

async function ended(child: ChildProcess): Promise<{ code: unknown; out: string; err: string }> {
  let [out, err] = ['', ''];
  child.stdout?.on('data', (chunk) => (out += String(chunk)));
  child.stderr?.on('data', (chunk) => (err += String(chunk)));
  const [code] = (await once(child, 'close')) as [unknown];
  return { code, out, err };
}

interface LogLine {
  readonly event: string;
  readonly port?: number;
}

async function untilReady(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new TypeError('no output');
  for await (const line of createInterface({ input: child.stdout })) {
    const { event, port } = JSON.parse(line) as LogLine;
    if (event === 'process.ready') return `http://127.0.0.1:${port ?? 0}`;
  }
  throw new TypeError('The process ended before it was ready.');
}

async function query<R extends object>(text: string): Promise<readonly R[]> {
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  return (await client.query<R & pg.QueryResultRow>(text).finally(() => client.end())).rows;
}

test('two processes that start at once share one schema, one key and one fleet', async () => {
  const env = { LEGACY_SEED_TRIPS: '500' };
  const processes = [run('main.ts', env), run('main.ts', env)];
  const urls = await Promise.all(processes.map(untilReady));
  expect(
    await query(`select (select count(*)::int from trip_mst) as trips, (select count(*)::int from sys_key) as keys`),
  ).toEqual([{ trips: 500, keys: 1 }]);

  // A token of one is good for the other.
  const login = await fetch(`${urls[0] ?? ''}/users/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'user42@fleet.example', password: 'banyan-42' }),
  });
  const { token } = (await login.json()) as { token: string };
  const me = await fetch(`${urls[1] ?? ''}/users/me`, { headers: { authorization: `Bearer ${token}` } });
  expect(await me.json()).toMatchObject({ id: 42 });

  const ends = processes.map(async (child) => ended(child));
  processes.forEach((child, index) => child.kill(index === 0 ? 'SIGTERM' : 'SIGINT'));
  expect((await Promise.all(ends)).map(({ code }) => code)).toEqual([0, 0]);
});

test('a stream that is open does not hold up the end', async () => {
  const child = run('main.ts', {});
  const url = await untilReady(child);
  const login = await fetch(`${url}/users/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'user1@fleet.example', password: 'banyan-1' }),
  });
  const { token } = (await login.json()) as { token: string };
  const [trip] = await query<{ trip_no: number }>('select trip_no from trip_mst where stat_cd = 20 limit 1');
  const stream = await openEventStream(`${url}/tracking/${trip?.trip_no ?? 0}/stream`, {
    authorization: `Bearer ${token}`,
  });
  expect(await stream.nextEvent()).toMatchObject({ event: 'position' });
  const end = ended(child);
  child.kill('SIGTERM');
  expect(await stream.nextEvent()).toBeUndefined();
  expect((await end).code).toBe(0);
});

test('the sweep prints its count as one line of JSON', async () => {
  const [row] = await query<{ count: number }>('select count(*)::int from trip_mst where stat_cd = 10');
  const { code, out } = await ended(run('sweep-main.ts', {}, ['--older-than-minutes', '0']));
  expect(code).toBe(0);
  expect(out).toBe(`{"sweptCount":${row?.count ?? -1}}\n`);
  expect(row?.count).toBeGreaterThan(0);
});

test('a bad argument, a bad configuration and a missing database end with a word', async () => {
  const [argument, config, absent] = await Promise.all([
    ended(run('sweep-main.ts', {}, ['--older-than-minutes', 'soon'])),
    ended(run('main.ts', { LEGACY_PORT: 'x' })),
    ended(run('main.ts', { LEGACY_DATABASE_URL: 'postgres://nobody:hidden@127.0.0.1:1/none' })),
  ]);
  expect(argument).toMatchObject({
    code: 1,
    out: '',
    err: '--older-than-minutes: "soon" is no whole number in 0..9999999\n',
  });
  expect(config).toMatchObject({ code: 2, out: '', err: 'LEGACY_PORT: "x" is no whole number in 0..65535\n' });
  expect(absent.code).toBe(1);
  expect(absent.out).toContain('The database could not be prepared');
  expect(absent.out + absent.err).not.toContain('hidden');
});
