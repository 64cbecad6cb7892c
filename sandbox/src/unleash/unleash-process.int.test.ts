import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { createUnleashAdmin } from '@banyan/control';
import { Secret } from '@banyan/platform';
import { createScratchDatabase, type ScratchDatabase } from '@banyan/platform/testing';
import { childEnvironment } from '../config.ts';
import { freePort } from '../processes/free-port.ts';
import { nodeProcess } from '../supervisor/node-process.ts';
import { createSupervisor, type Supervisor } from '../supervisor/supervisor.ts';
import { unleashProcess } from './unleash-process.ts';

const random = (): string => randomBytes(16).toString('hex');
const adminToken = new Secret(`*:*.${random()}`);
const clientToken = new Secret(`*:development.${random()}`);

let scratch: ScratchDatabase;
let supervisor: Supervisor;
let url: string;

beforeAll(async () => {
  scratch = await createScratchDatabase(inject('postgresUrl'));
  const port = await freePort();
  url = `http://127.0.0.1:${port}`;
  supervisor = createSupervisor(() => undefined);
  const server = unleashProcess({
    port,
    databaseUrl: scratch.url,
    adminToken,
    clientToken,
    adminPassword: new Secret(random()),
    sessionSecret: new Secret(random()),
  });
  const launch = nodeProcess({ ...server, env: { ...childEnvironment(), ...server.env }, startTimeoutMs: 60_000 });
  await supervisor.start({ name: 'unleash', launch });
});
afterAll(async () => {
  await supervisor.stopAll();
  await scratch.drop();
});

describe('the Unleash of the sandbox', () => {
  test('has the flags of the two capabilities, switched off, once it is ready', async () => {
    const flags = await createUnleashAdmin({ url, token: adminToken }).list();
    expect(flags).toEqual(
      ['trips.cutover', 'vehicles.cutover'].map((flag) => ({
        flag,
        isEnabled: false,
        users: [],
        percent: 0,
        hasForeignStrategies: false,
      })),
    );
  });

  test('gives the flags to a client with the client token', async () => {
    const answer = await fetch(`${url}/api/client/features`, { headers: { authorization: clientToken.reveal() } });
    const { features } = (await answer.json()) as { features: { name: string; enabled: boolean }[] };
    expect(features.map(({ name, enabled }) => [name, enabled])).toEqual([
      ['trips.cutover', false],
      ['vehicles.cutover', false],
    ]);
  });

  test('keeps what the operator set when it is started again', async () => {
    const admin = createUnleashAdmin({ url, token: adminToken });
    const intent = { flag: 'trips.cutover', isEnabled: true, users: ['42'], percent: 5, hasForeignStrategies: false };
    await admin.write(intent);
    await supervisor.stop('unleash');
    await supervisor.startAgain('unleash');
    expect(await admin.read('trips.cutover')).toEqual(intent);
  });

  test('refuses a token it does not know', async () => {
    const answer = await fetch(`${url}/api/client/features`, { headers: { authorization: '*:development.guessed' } });
    expect(answer.status).toBe(401);
  });
});
