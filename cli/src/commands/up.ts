import { Option, type Command } from 'commander';
import {
  describeEvent,
  formatAddresses,
  formatStory,
  runSandbox,
  type Sandbox,
  type SandboxState,
} from '@banyan/sandbox';
import type { Cli } from '../cli.ts';
import { exitCodes } from '../exit-codes.ts';
import { requestsPerSecond } from './arguments.ts';

interface UpOptions {
  readonly fresh?: true;
  readonly bus: 'embedded' | 'kafka';
  readonly traffic: number;
  readonly dataDir?: string;
}

export function addUpCommand(program: Command, cli: Cli): void {
  program
    .command('up')
    .description('run the whole migration on this machine: databases, Unleash, monolith, services, sync, facade')
    .option('--fresh', 'start from nothing: wipes the sandbox folder')
    .addOption(
      new Option('--bus <kind>', 'what carries the changes').choices(['embedded', 'kafka']).default('embedded'),
    )
    .option('--traffic <n>', 'requests per second of steady users', requestsPerSecond, 0)
    .option('--data-dir <folder>', 'folder of the sandbox (BANYAN_DATA_DIR)')
    .addHelpText(
      'after',
      '\nExamples:\n  banyan up\n  banyan up --fresh --traffic 20\n  banyan up --bus kafka      starts a broker, or uses KAFKA_BROKERS\n\nCtrl-C stops all of it in order; twice forces.',
    )
    .action((options: UpOptions) => up(cli, options));
}

async function up(cli: Cli, { fresh, bus, traffic, dataDir = cli.config.dataDir }: UpOptions): Promise<void> {
  const startedAt = performance.now();
  const elapsed = (): string => ((performance.now() - startedAt) / 1000).toFixed(1).padStart(5);
  const end = await runSandbox({
    dataDir,
    isFresh: fresh === true,
    bus,
    traffic,
    onEvent: (event) => cli.output.note(`${elapsed()} s  ${describeEvent(event)}`),
    onReady: ({ state }: Sandbox) => cli.output.answer(addressesOf(state), ready(state, elapsed())),
    onStopping: () => cli.output.note(`${elapsed()} s  stopping; Ctrl-C again forces`),
  });
  if (end.kind === 'failed') throw end.failure;
  process.exitCode = end.kind === 'forced' ? exitCodes.failed : exitCodes.ok;
}

function ready(state: SandboxState, elapsed: string): readonly string[] {
  return [
    '',
    `Everything runs, after ${elapsed.trim()} s.`,
    '',
    formatAddresses(state),
    '',
    'In a second terminal, here:',
    '',
    formatStory(state),
    '',
  ];
}

/** For programs: where everything is; tokens stay in the state file. */
function addressesOf({ dataDir, facade, monolith, tripService, vehicleService, sync, unleash }: SandboxState): object {
  return {
    dataDir,
    facadeUrl: facade.url,
    facadeAdminUrl: facade.adminUrl,
    monolithUrl: monolith.url,
    tripServiceUrl: tripService.url,
    vehicleServiceUrl: vehicleService.url,
    syncUrl: sync.url,
    unleashUrl: unleash.url,
  };
}
