import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { BanyanError } from '@banyan/platform';
import { builtProgram } from '@banyan/platform/testing';

/** A facade in a process of its own. */
export interface FacadeProcess {
  readonly processId: number;
  readonly url: string;
  readonly port: number;
  /** Undefined without a certificate. */
  readonly tlsUrl: string | undefined;
  readonly adminUrl: string;
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** Calls the admin port with its token. */
  admin(method: string, path: string, body?: unknown): Promise<{ readonly status: number; readonly text: string }>;
  /** Ends it, and says with which exit code it did. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

const main = fileURLToPath(new URL('../main.ts', import.meta.url));
const adminToken = 'the-admin-token';

export interface ProcessOptions {
  /** Under valgrind, which says what touches memory that was freed, and ends with 99 then. */
  readonly isMemoryChecked?: boolean;
}

/** @param rules - text of the rules, in a folder that ends with the process */
export async function startFacadeProcess(
  rules: string,
  env: Readonly<Record<string, string>> = {},
  { isMemoryChecked = false }: ProcessOptions = {},
): Promise<FacadeProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-process-'));
  const rulesPath = join(folder, 'rules.yaml');
  await writeFile(rulesPath, rules);
  const [program = '', ...args] = commandFor(await builtProgram(main), isMemoryChecked);
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      FACADE_PORT: '0',
      FACADE_ADMIN_PORT: '0',
      FACADE_ADMIN_TOKEN: adminToken,
      FACADE_RULES: rulesPath,
      FACADE_FLAG_BACKUP_DIR: folder,
      FACADE_CONNECTIONS_PER_ADDRESS: '0',
      // Nobody sends a token.
      FACADE_JWKS_URL: 'http://127.0.0.1:9/jwks.json',
      ...env,
    },
  });
  const lines: Readonly<Record<string, unknown>>[] = [];
  const exited = once(child, 'exit') as Promise<[number | null]>;
  const opened = new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
    const wanted = Number(env['FACADE_WORKERS'] ?? 1) > 1 ? 'facade.workers-listening' : 'facade.listening';
    createInterface({ input: child.stdout }).on('line', (text) => {
      const line = JSON.parse(text) as Readonly<Record<string, unknown>>;
      lines.push(line);
      if (line['event'] === wanted) resolve(line);
    });
    void exited.then(() => reject(notStarted(lines)));
  });
  const { url, tlsUrl, adminUrl } = (await opened) as unknown as Pick<FacadeProcess, 'url' | 'tlsUrl' | 'adminUrl'>;
  return {
    processId: child.pid ?? 0,
    url,
    port: Number(new URL(url).port),
    tlsUrl,
    adminUrl,
    lines,
    admin: (method, path, body) => askAdmin(adminUrl + path, method, body),
    async stop(signal = 'SIGTERM') {
      child.kill(signal);
      const [code] = await exited;
      await rm(folder, { recursive: true, force: true });
      return code;
    },
  };
}

function commandFor(program: string, isMemoryChecked: boolean): readonly string[] {
  if (!isMemoryChecked) return [process.execPath, program];
  const valgrind = ['valgrind', '--quiet', '--smc-check=all', '--undef-value-errors=no', '--error-exitcode=99'];
  // With as little code of V8's own making as there can be: valgrind translates all of it.
  return [...valgrind, process.execPath, '--no-opt', '--no-sparkplug', '--regexp-interpret-all', program];
}

async function askAdmin(url: string, method: string, body: unknown): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  const given = body === undefined ? {} : { body: JSON.stringify(body) };
  const answer = await fetch(url, { method, headers, ...given });
  return { status: answer.status, text: await answer.text() };
}

function notStarted(lines: readonly Readonly<Record<string, unknown>>[]): BanyanError {
  return new BanyanError(
    'FACADE_NOT_STARTED',
    `The facade ended before it listened: ${JSON.stringify(lines.find(({ level }) => level === 'error'))}`,
    {
      remedy: 'Look at its log lines.',
    },
  );
}
