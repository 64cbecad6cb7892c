import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '@banyan/sandbox';
import { proxyCore } from '../machine/cores.ts';
import { startPinned } from '../machine/pinned.ts';
import type { Contestant } from './contestant.ts';
import type { Surroundings } from './surroundings.ts';

export interface FacadeContestant extends Contestant {
  readonly process: NonNullable<Contestant['process']>;
  readonly adminUrl: string;
  readonly adminToken: string;
  /** One line per request is appended to it. */
  readonly logPath: string;
  readonly overridePath: string;
  readonly refresh: () => Promise<void>;
}

export interface FacadeParts {
  readonly name: string;
  /** Its files are there, under its name. */
  readonly folder: string;
  readonly rules: string;
  readonly surroundings: Surroundings;
  /** Beside what every facade here has. */
  readonly env?: Readonly<Record<string, string>>;
  /** Gets a processor profile when the facade ends. */
  readonly profileFolder?: string | undefined;
}

/** As the build makes it: what a user installs, not what a developer runs. */
const program = join(import.meta.dirname, '..', '..', '..', '..', 'facade', 'dist', 'main.js');
const adminToken = 'bench-admin-token';

/** The facade as an operator runs it: its own program, a real Unleash, verified tokens, metrics, one log line per request. */
export async function startFacade(parts: FacadeParts): Promise<FacadeContestant> {
  const { name, folder, rules, surroundings, profileFolder, env = {} } = parts;
  const pathOf = (end: string): string => join(folder, `${name.replaceAll(' ', '-')}.${end}`);
  const [rulesPath, logPath, overridePath] = [pathOf('rules.yaml'), pathOf('log'), pathOf('overrides.yaml')];
  await writeFile(rulesPath, rules);
  const [port, adminPort] = [await freePort(), await freePort()];
  const profile = profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
  const child = startPinned({
    core: proxyCore,
    program: process.execPath,
    args: [...profile, program],
    outputPath: logPath,
    env: {
      FACADE_PORT: String(port),
      FACADE_ADMIN_PORT: String(adminPort),
      FACADE_ADMIN_TOKEN: adminToken,
      FACADE_RULES: rulesPath,
      FACADE_OVERRIDE_FILE: overridePath,
      FACADE_UNLEASH_URL: `${surroundings.unleash.url}/api`,
      FACADE_UNLEASH_TOKEN: surroundings.unleash.clientToken.reveal(),
      FACADE_FLAG_BACKUP_DIR: pathOf('flags'),
      FACADE_JWKS_URL: surroundings.jwksUrl,
      FACADE_LOG_LEVEL: 'info',
      // All load comes from one address here.
      FACADE_CONNECTIONS_PER_ADDRESS: '0',
      ...env,
    },
  });
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    process: child,
    adminUrl: `http://127.0.0.1:${adminPort}`,
    adminToken,
    logPath,
    overridePath,
    refresh: () => truncate(logPath),
  };
}
