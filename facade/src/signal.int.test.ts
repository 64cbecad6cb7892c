import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { eventually } from './testing/eventually.ts';
import { adminToken, namedSide, tripRules } from './testing/facade.ts';
import { createSides } from './testing/sides.ts';

vi.setConfig({ testTimeout: 60_000 });
const sides = createSides();
let folder: string;
let child: ChildProcess | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-signal-'));
});
afterEach(async () => {
  if (child?.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await sides.close();
  await rm(folder, { recursive: true });
});

/** A facade in a process of its own, before two sides; everybody is on the extracted one by an order of its file. */
async function facadeProcess(): Promise<{
  readonly url: string;
  readonly adminUrl: string;
  readonly process: ChildProcess;
}> {
  const [legacy, trips] = await Promise.all([sides.node(namedSide('legacy')), sides.node(namedSide('trips'))]);
  await writeFile(
    join(folder, 'rules.yaml'),
    tripRules({ legacy, trips }, { subject: '{ from: cookie }', anonymous: 'cookie' }),
  );
  await writeFile(join(folder, 'overrides.yaml'), 'overrides: [{ capability: trips, side: extracted, reason: trial }]');
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const args = ['--conditions=source', '--import', import.meta.resolve('tsx'), main];
  const started = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      FACADE_PORT: '0',
      FACADE_ADMIN_PORT: '0',
      FACADE_ADMIN_TOKEN: adminToken,
      FACADE_RULES: join(folder, 'rules.yaml'),
      FACADE_OVERRIDE_FILE: join(folder, 'overrides.yaml'),
      FACADE_FLAG_BACKUP_DIR: folder,
      FACADE_COOKIE_SECRET: 'a-long-random-text',
    },
  });
  child = started;
  let output = '';
  started.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const line = await eventually(
    () => output.split('\n').find((text) => text.includes('facade.listening')) ?? expect.unreachable(),
  );
  return { ...(JSON.parse(line) as { url: string; adminUrl: string }), process: started };
}

const servedBy = async (url: string): Promise<string> =>
  (await (await fetch(`${url}/trips`)).text()).split(' ')[0] ?? '';

test('SIGUSR2 sends everything to legacy; a second one changes nothing, and only lifting the order ends it', async () => {
  const { url, adminUrl, process: running } = await facadeProcess();
  expect(await servedBy(url)).toBe('trips');
  running.kill('SIGUSR2');
  await eventually(async () => expect(await servedBy(url)).toBe('legacy'));
  running.kill('SIGUSR2');
  await eventually(async () =>
    expect(await readFile(join(folder, 'overrides.yaml'), 'utf8')).toMatch(/side: legacy[^]*by: signal/),
  );
  expect(await servedBy(url)).toBe('legacy');
  await fetch(`${adminUrl}/overrides/trips`, { method: 'DELETE', headers: { authorization: `Bearer ${adminToken}` } });
  const given = await fetch(`${adminUrl}/overrides/trips`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ side: 'extracted', reason: 'mended' }),
  });
  expect(given.status).toBe(200);
  expect(await servedBy(url)).toBe('trips');
});
