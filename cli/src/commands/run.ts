import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { BanyanError } from '@banyan/platform';
import { inheritedEnvironment } from '../config.ts';

/** The processes of Banyan, each started from its own environment variables: `docs/reference/config.md`. */
export function addRunCommands(program: Command, sync: Command): void {
  program
    .command('facade')
    .description('run one facade (FACADE_* variables)')
    .option('--workers <count>', 'processes that share the public ports, one for each core (FACADE_WORKERS)')
    .action(({ workers }: { readonly workers?: string }) =>
      runMain('@banyan/facade/main', workers === undefined ? {} : { FACADE_WORKERS: workers }),
    );
  sync
    .command('run')
    .description('capture and sink in one process (SYNC_* variables)')
    .action(() => runMain('@banyan/cdc/main'));
  program
    .command('capture')
    .description('run capture alone, with Kafka between it and the sink')
    .action(() => runMain('@banyan/cdc/main', { SYNC_ROLE: 'capture' }));
  program
    .command('sink')
    .description('run the sink alone, with Kafka between it and capture')
    .action(() => runMain('@banyan/cdc/main', { SYNC_ROLE: 'sink' }));
}

/** Runs a room's main in a process of its own, and ends with its exit code. */
export async function runMain(
  specifier: string,
  extraEnv: Readonly<Record<string, string>> = {},
  args: readonly string[] = [],
): Promise<void> {
  const main = fileURLToPath(import.meta.resolve(specifier));
  const flags = main.endsWith('.ts') ? ['--conditions=source', '--import', import.meta.resolve('tsx')] : [];
  const child = spawn(process.execPath, [...flags, main, ...args], {
    stdio: 'inherit',
    env: inheritedEnvironment(extraEnv),
  });
  // The terminal sends Ctrl-C to both processes; the child closes, and this one ends with it.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  // Of a facade: everything to legacy.
  process.on('SIGUSR2', () => child.kill('SIGUSR2'));
  process.exitCode = await new Promise<number>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(
        new BanyanError('CLI_SPAWN_FAILED', `Cannot start ${main}.`, {
          remedy: 'Install the packages again with npm ci.',
          concerning: main,
          cause,
        }),
      ),
    );
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
