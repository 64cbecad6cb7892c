import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { BanyanError, messageOf } from '@banyan/platform';
import { createCli } from './cli.ts';
import { readCliConfig } from './config.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { createOutput } from './output.ts';
import { createProgram } from './program.ts';

let isJson = false;

async function main(): Promise<void> {
  const output = createOutput({ out: process.stdout, err: process.stderr }, () => isJson);
  const program = createProgram(createCli(readCliConfig(), output), packageVersion());
  program.hook('preAction', (_program, command) => {
    isJson = command.optsWithGlobals()['json'] === true;
  });
  for (const command of [program, ...program.commands, ...program.commands.flatMap(({ commands }) => commands)])
    command.exitOverride();
  await program.parseAsync();
}

function packageVersion(): string {
  const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    version: string;
  };
  return version;
}

function fail(thrown: unknown): void {
  if (thrown instanceof CommanderError) {
    process.exitCode = thrown.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    return;
  }
  const remedy = thrown instanceof BanyanError ? ` ${thrown.remedy}` : '';
  const code = thrown instanceof BanyanError ? ` [${thrown.code}]` : '';
  process.stderr.write(`banyan: ${messageOf(thrown)}${remedy}${code}\n`);
  process.exitCode = exitCodeOf(thrown);
}

await main().catch(fail);
