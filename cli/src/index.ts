/**
 * cli: the `banyan` command, the only place that knows all processes.
 * It must never hold logic: a command reads its arguments, calls a room and prints the answer.
 * Start reading at `program.ts`: the tree of commands.
 */
export { createCli, type Cli } from './cli.ts';
export { cliConfigSpec } from './config.ts';
export { createProgram } from './program.ts';
