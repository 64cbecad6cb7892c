import { Command } from 'commander';
import type { Cli } from './cli.ts';
import { addFlagsCommands } from './commands/flags.ts';
import { addMonolithCommands } from './commands/monolith.ts';
import { addOverrideCommands } from './commands/overrides.ts';
import { addRulesCommands } from './commands/rules.ts';
import { addRunCommands } from './commands/run.ts';
import { addSyncCommands } from './commands/sync.ts';
import { addTrafficCommands } from './commands/traffic.ts';
import { addUpCommand } from './commands/up.ts';

const epilogue = `
Exit codes: 0 done, 1 failed, 2 wrong command line or configuration, 3 the check's answer is no,
4 requests would move.

Examples:
  banyan up                                     run everything on this machine
  banyan flags set trips.cutover --user 42      move one user
  banyan flags set trips.cutover --off          move everybody back
  banyan sync status                            see that no write got lost
  banyan rules explain GET /trips/7 --user 42   why a request goes where it goes`;

export function createProgram(cli: Cli, version: string): Command {
  const program = new Command('banyan')
    .description('Moves a monolith to services one user at a time, and can prove that it can move back.')
    .version(version)
    .option('--json', 'answer as JSON')
    .addHelpText('after', epilogue)
    .showHelpAfterError('(banyan --help shows how)');
  addUpCommand(program, cli);
  addFlagsCommands(program, cli);
  addRulesCommands(program, cli);
  addTrafficCommands(program, cli);
  const sync = program.command('sync').description('carry changes between the legacy and the extracted databases');
  addSyncCommands(sync, cli);
  addOverrideCommands(program, cli);
  addMonolithCommands(program, cli);
  addRunCommands(program, sync);
  return program;
}
