import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { vi } from 'vitest';
import { freePort, startGuarded } from '@banyan/sandbox';

/** A package registry that serves only what was published to it: no uplink, no web page, no audit. */
const configuration = `storage: ./storage
web: { enable: false }
auth: { htpasswd: { file: ./htpasswd, algorithm: bcrypt, rounds: 4 } }
uplinks: {}
packages: { '**': { access: $all, publish: $authenticated } }
max_body_size: 200mb
log: { type: stdout, format: json, level: warn }
`;

export interface Registry {
  readonly url: string;
  readonly stop: () => Promise<unknown>;
}

/** Verdaccio's own program in a process of its own. */
export async function startVerdaccio(folder: string): Promise<Registry> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'verdaccio.yaml');
  await writeFile(path, configuration);
  const url = `http://127.0.0.1:${await freePort()}`;
  const program = join(dirname(createRequire(import.meta.url).resolve('verdaccio/package.json')), 'bin', 'verdaccio');
  const child = startGuarded({
    program: process.execPath,
    args: [program, '--config', path, '--listen', url],
    cwd: folder,
    env: { PATH: '/usr/bin:/bin', HOME: folder },
  });
  await vi.waitFor(() => fetch(`${url}/-/ping`), { timeout: 60_000, interval: 100 });
  return { url, stop: () => child.stop() };
}
