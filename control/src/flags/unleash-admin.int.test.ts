import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { Secret } from '@banyan/platform';
import { createScratchDatabase } from '@banyan/platform/testing';
import { LogLevel, start, type IUnleash, type IUnleashOptions } from 'unleash-server';
import type { FlagIntent } from './flag-intent.ts';
import { createUnleashAdmin, type UnleashAdmin } from './unleash-admin.ts';

const adminToken = `*:*.${randomUUID()}`;
const intentOn = (part: Partial<FlagIntent>): FlagIntent => ({
  flag: 'trips.cutover',
  isEnabled: true,
  users: [],
  percent: 0,
  hasForeignStrategies: false,
  ...part,
});

function databaseOptions(secret: Secret): NonNullable<IUnleashOptions['db']> {
  const { hostname, port, username, password, pathname } = new URL(secret.reveal());
  return { host: hostname, port: Number(port), user: username, password, database: pathname.slice(1), ssl: false };
}

let unleash: IUnleash;
let admin: UnleashAdmin;
let url: string;
let scratch: Awaited<ReturnType<typeof createScratchDatabase>>;

beforeAll(async () => {
  scratch = await createScratchDatabase(inject('postgresUrl'));
  unleash = await start({
    db: databaseOptions(scratch.url),
    server: { port: 0, host: '127.0.0.1' },
    logLevel: LogLevel.fatal,
    versionCheck: { enable: false },
    telemetry: false,
    authentication: {
      initApiTokens: [
        { environment: '*', projects: ['*'], secret: adminToken, type: 'admin', tokenName: 'test' },
      ] as never,
    },
  });
  const address = unleash.server?.address();
  url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  admin = createUnleashAdmin({ url, token: new Secret(adminToken) });
});

afterAll(async () => {
  await unleash.stop();
  await scratch.drop();
});

describe('a flag in a real Unleash', () => {
  test('that nobody made reads as undefined', async () => {
    expect(await admin.read('nobody.made.this')).toBeUndefined();
  });

  test('is made by its first write and read back as written', async () => {
    const intent = intentOn({ flag: 'made.here', users: ['42', '43'], percent: 25 });
    await admin.write(intent);
    expect(await admin.read('made.here')).toEqual(intent);
  });

  test('may take a share below one percent, and a whole one again', async () => {
    for (const percent of [0.25, 0.5, 3, 12.34, 0]) {
      const intent = intentOn({ flag: 'fine.share', users: ['42'], percent });
      await admin.write(intent);
      expect(await admin.read('fine.share')).toEqual(intent);
    }
  });

  test('keeps its users and share while it is off', async () => {
    const intent = intentOn({ users: ['42'], percent: 5 });
    await admin.write(intent);
    await admin.write({ ...intent, isEnabled: false });
    expect(await admin.read('trips.cutover')).toEqual({ ...intent, isEnabled: false });
  });

  test('may be written again without a change', async () => {
    const intent = intentOn({ flag: 'written.twice', percent: 10 });
    await admin.write(intent);
    await admin.write(intent);
    expect(await admin.read('written.twice')).toEqual(intent);
  });

  test('loses strategies that were made elsewhere only when it is written', async () => {
    await admin.write(intentOn({ flag: 'foreign' }));
    const path = '/api/admin/projects/default/features/foreign/environments/development/strategies';
    const answer = await fetch(url + path, {
      method: 'POST',
      headers: { authorization: adminToken, 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'default', parameters: {}, constraints: [] }),
    });
    expect(answer.ok).toBe(true);
    expect((await admin.read('foreign'))?.hasForeignStrategies).toBe(true);
    await admin.write(intentOn({ flag: 'foreign' }));
    expect((await admin.read('foreign'))?.hasForeignStrategies).toBe(false);
  });

  test('is listed with the others', async () => {
    await admin.write(intentOn({ flag: 'listed' }));
    expect((await admin.list()).map(({ flag }) => flag)).toContain('listed');
  });

  test('is refused to a wrong token with what to do', async () => {
    const stranger = createUnleashAdmin({ url, token: new Secret('*:*.wrong') });
    await expect(stranger.read('trips.cutover')).rejects.toMatchObject({ code: 'UNLEASH_DENIED' });
  });

  test('of a server that is away is a typed error', async () => {
    const nowhere = createUnleashAdmin({ url: 'http://127.0.0.1:1', token: new Secret(adminToken) });
    await expect(nowhere.read('trips.cutover')).rejects.toMatchObject({ code: 'UNLEASH_UNREACHABLE' });
  });
});
