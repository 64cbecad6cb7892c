import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { builtProgram } from '@banyan/platform/testing';

const main = fileURLToPath(new URL('../../../cli/src/main.ts', import.meta.url));

export interface CommandResult {
  readonly exitCode: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `banyan` in a process of its own, against the sandbox in `dataDir`. The README's test runs `cli/bin/banyan.mjs` itself. */
export async function banyan(dataDir: string, ...args: readonly string[]): Promise<CommandResult> {
  const child = spawn(process.execPath, ['--conditions=source', await builtProgram(main), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: '/usr/bin:/bin', BANYAN_DATA_DIR: dataDir },
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const exitCode = await new Promise<number>((resolve) => child.once('close', (code) => resolve(code ?? -1)));
  return { exitCode, out, err };
}
