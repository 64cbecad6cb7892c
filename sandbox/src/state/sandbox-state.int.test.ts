import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { Secret } from '@banyan/platform';
import { describe, expect, test } from 'vitest';
import { temporaryFolder } from '../testing/temporary-folder.ts';
import { lockDataFolder } from './lock.ts';
import { lastProcesses, readSandboxState, writeSandboxState, type SandboxState } from './sandbox-state.ts';
import { openSecrets } from './secrets.ts';
import { createStateKeeper } from './state-keeper.ts';

const aService = (port: number, secret: string): SandboxState['monolith'] => ({
  url: `http://127.0.0.1:${port}`,
  databaseUrl: new Secret(secret),
});
const aState = (dataDir: string): SandboxState => ({
  dataDir,
  logFolder: join(dataDir, 'logs'),
  bus: 'embedded',
  kafkaBrokers: null,
  postgres: { port: 5433 },
  unleash: {
    url: 'http://127.0.0.1:4242',
    adminToken: new Secret('unleash admin'),
    clientToken: new Secret('unleash client'),
    adminPassword: new Secret('unleash password'),
  },
  monolith: aService(3000, 'legacy url'),
  vehicleService: aService(3001, 'vehicles url'),
  tripService: aService(3002, 'trips url'),
  sync: { url: 'http://127.0.0.1:3003' },
  facade: { url: 'http://127.0.0.1:8080', adminUrl: 'http://127.0.0.1:9090', adminToken: new Secret('facade admin') },
  processes: [],
});

describe('the state of a sandbox', () => {
  test('is read back with its secrets, which do not print', async () => {
    const folder = await temporaryFolder();
    await writeSandboxState(aState(folder));
    const release = await lockDataFolder(folder);
    const state = await readSandboxState(folder);
    await release();
    expect(state?.unleash.adminToken.reveal()).toBe('unleash admin');
    expect(inspect(state, { depth: 9 })).not.toContain('unleash admin');
  });

  test('is for its owner alone', async () => {
    const folder = await temporaryFolder();
    await writeSandboxState(aState(folder));
    await openSecrets(folder);
    for (const file of ['sandbox.json', 'secrets.json'])
      expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
  });

  test('is none where no sandbox runs, although one was killed there', async () => {
    const folder = await temporaryFolder();
    await writeSandboxState(aState(folder));
    expect(await readSandboxState(folder)).toBeUndefined();
    expect(await readSandboxState(join(folder, 'nowhere'))).toBeUndefined();
  });

  test('names the processes as they start', async () => {
    const folder = await temporaryFolder();
    const keeper = createStateKeeper();
    await keeper.set(aState(folder));
    await Promise.all([keeper.addProcess('facade', process.pid), keeper.addProcess('sync', process.ppid)]);
    expect((await lastProcesses(folder)).map(({ name }) => name)).toEqual(['facade', 'sync']);
  });
});

describe('the secrets of a sandbox', () => {
  test('are made once and kept', async () => {
    const folder = await temporaryFolder();
    const first = await openSecrets(folder);
    const second = await openSecrets(folder);
    expect(second.facadeAdminToken.reveal()).toBe(first.facadeAdminToken.reveal());
    expect(second.databasePasswords.sync.reveal()).toBe(first.databasePasswords.sync.reveal());
  });

  test('are different in every sandbox', async () => {
    const [one, other] = [await openSecrets(await temporaryFolder()), await openSecrets(await temporaryFolder())];
    expect(one.cookieSecret.reveal()).not.toBe(other.cookieSecret.reveal());
  });

  test('that were damaged are not silently replaced: the databases know the old ones', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'secrets.json'), '{"facadeAdminToken":');
    await expect(openSecrets(folder)).rejects.toMatchObject({ code: 'SANDBOX_SECRETS_DAMAGED' });
  });
});
