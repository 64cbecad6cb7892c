import type { Command } from 'commander';
import type { Cli } from '../cli.ts';
import { wholeMinutes } from './arguments.ts';
import { runMain } from './run.ts';

/** The sample monolith and its batch job, which writes by SQL past the API. */
export function addMonolithCommands(program: Command, cli: Cli): void {
  const monolith = program
    .command('monolith')
    .description('run the sample legacy monolith (LEGACY_* variables)')
    .action(() => runMain('@banyan/legacy-monolith/main'));
  monolith
    .command('sweep')
    .description('run its nightly status sweep now: old requested trips become "NO SHOW"')
    .requiredOption('--older-than-minutes <n>', 'only trips requested before that', wholeMinutes)
    .addHelpText('after', '\nExample:\n  banyan monolith sweep --older-than-minutes 0')
    .action((options: { readonly olderThanMinutes: number }) => sweep(cli, options.olderThanMinutes));
}

async function sweep(cli: Cli, olderThanMinutes: number): Promise<void> {
  const state = await cli.sandbox();
  const env: Record<string, string> = state ? { LEGACY_DATABASE_URL: state.monolith.databaseUrl.reveal() } : {};
  await runMain('@banyan/legacy-monolith/sweep-main', env, ['--older-than-minutes', String(olderThanMinutes)]);
}
