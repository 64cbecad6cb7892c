import { once } from 'node:events';
import { truncate, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createUnleashAdmin } from '@banyan/control';
import { freePort, startUnleash, type RunningUnleash } from '@banyan/sandbox';
import { proxyCore } from '../machine/cores.ts';
import { startPinned } from '../machine/pinned.ts';
import type { Traffic } from '../traffic/requests.ts';
import { benchFlag, benchRules, type Origins } from '../traffic/rules.ts';
import type { Contestant } from './contestant.ts';

/** Half of all users are on the extracted side. */
export const flagPercent = 50;

export interface FacadeContestant extends Contestant {
  readonly adminUrl: string;
  readonly adminToken: string;
  /** One line per request is appended to it. */
  readonly logPath: string;
  readonly overridePath: string;
  readonly unleash: RunningUnleash;
  readonly close: () => Promise<void>;
}

export interface FacadeParts {
  readonly folder: string;
  readonly origins: Origins;
  readonly traffic: Traffic;
  /** Gets a processor profile when the facade ends. */
  readonly profileFolder: string | undefined;
}

/** As the build makes it: what a user installs, not what a developer runs. */
const program = join(import.meta.dirname, '..', '..', '..', '..', 'facade', 'dist', 'main.js');

/** The facade as an operator runs it: its own program, a real Unleash, verified tokens, metrics, one log line per request. */
export async function startFacade({ folder, origins, traffic, profileFolder }: FacadeParts): Promise<FacadeContestant> {
  const unleash = await startFlags(folder);
  const keys = await serveKeys(traffic);
  const rulesPath = join(folder, 'rules.yaml');
  await writeFile(rulesPath, benchRules(origins));
  const [port, adminPort] = [await freePort(), await freePort()];
  const [adminToken, overridePath] = ['bench-admin-token', join(folder, 'overrides.yaml')];
  const logPath = join(folder, 'facade.log');
  const child = startPinned({
    core: proxyCore,
    program: process.execPath,
    args: [...(profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`]), program],
    outputPath: logPath,
    env: {
      FACADE_PORT: String(port),
      FACADE_ADMIN_PORT: String(adminPort),
      FACADE_ADMIN_TOKEN: adminToken,
      FACADE_RULES: rulesPath,
      FACADE_OVERRIDE_FILE: overridePath,
      FACADE_UNLEASH_URL: `${unleash.url}/api`,
      FACADE_UNLEASH_TOKEN: unleash.clientToken.reveal(),
      FACADE_FLAG_BACKUP_DIR: folder,
      FACADE_JWKS_URL: keys.url,
      FACADE_LOG_LEVEL: 'info',
      // All load comes from one address here.
      FACADE_CONNECTIONS_PER_ADDRESS: '0',
    },
  });
  return {
    name: 'Banyan facade',
    url: `http://127.0.0.1:${port}`,
    process: child,
    adminUrl: `http://127.0.0.1:${adminPort}`,
    adminToken,
    logPath,
    overridePath,
    unleash,
    refresh: () => truncate(logPath),
    async close() {
      await child.stop();
      await unleash.stop();
      keys.server.close();
      keys.server.closeAllConnections();
    },
  };
}

async function startFlags(folder: string): Promise<RunningUnleash> {
  const unleash = await startUnleash({ folder: join(folder, 'unleash') });
  await createUnleashAdmin({ url: unleash.url, token: unleash.adminToken }).write({
    flag: benchFlag,
    isEnabled: true,
    users: [],
    percent: flagPercent,
    hasForeignStrategies: false,
  });
  return unleash;
}

async function serveKeys({ issuer }: Traffic): Promise<{ readonly server: Server; readonly url: string }> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(issuer.jwks));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json` };
}
