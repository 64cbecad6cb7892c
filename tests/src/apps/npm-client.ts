import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface NpmClient {
  readonly run: (cwd: string, ...args: readonly string[]) => Promise<NpmResult>;
}

export interface NpmResult {
  readonly exitCode: number | null;
  readonly output: string;
}

export interface NpmClientOptions {
  /** Its home: settings and an empty cache. */
  readonly folder: string;
  readonly registry: string;
  readonly token?: string;
}

/** The npm that came with this Node, which knows one registry and nothing of the machine's settings. */
export async function npmClient({ folder, registry, token }: NpmClientOptions): Promise<NpmClient> {
  await mkdir(folder, { recursive: true });
  const settings = [
    `registry=${registry}/`,
    `cache=${join(folder, 'cache')}`,
    'audit=false',
    'fund=false',
    'update-notifier=false',
    'fetch-retries=0',
    ...(token === undefined ? [] : [`//${new URL(registry).host}/:_authToken=${token}`]),
  ];
  const userconfig = join(folder, 'npmrc');
  await writeFile(userconfig, settings.join('\n'));
  const env = {
    PATH: `${dirname(process.execPath)}:/usr/bin:/bin`,
    HOME: folder,
    NPM_CONFIG_USERCONFIG: userconfig,
    NPM_CONFIG_GLOBALCONFIG: join(folder, 'no-global-npmrc'),
  };
  return {
    async run(cwd, ...args) {
      const child = spawn('npm', args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
      const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
      const [out, err] = await Promise.all([text(child.stdout), text(child.stderr)]);
      return { exitCode: await ended, output: out + err };
    },
  };
}
