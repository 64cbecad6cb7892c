import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import { formatProblem, parseSampleLine, wordsOf, type RuleWords } from '@banyan/routing-rules';
import { z } from 'zod';
import type { Cli } from '../cli.ts';
import type { JsonClient } from '../clients/http-json.ts';
import { CheckRefused } from '../exit-codes.ts';
import { loadRules } from '../rules/load-rules.ts';
import { sampleCount, sampleSeconds } from './arguments.ts';
import { requireFacade } from './require-facade.ts';

interface SampleOptions {
  readonly seconds: number;
  readonly count: number;
  readonly rules?: string;
  readonly includeSubjects?: true;
  readonly includePaths?: true;
}

export function addTrafficCommands(program: Command, cli: Cli): void {
  const traffic = program.command('traffic').description('look at the traffic of the running facade');
  traffic
    .command('sample')
    .option('--seconds <n>', 'how long', sampleSeconds, 10)
    .option('--count <n>', 'how many requests at most, chosen evenly', sampleCount, 1_000)
    .option('--rules <file>', 'rules that will be planned with the sample, so that it keeps what they look at')
    .option('--include-subjects', 'ids of users and other scopes as they are, instead of pseudonyms')
    .option('--include-paths', 'paths as they are, instead of pseudonyms for what no rule names')
    .description('take a sample for `banyan rules plan` and write it to standard output, one JSON document a line')
    .addHelpText('after', '\nExample:\n  banyan traffic sample --seconds 60 --rules new.yaml > sample.ndjson')
    .action((options: SampleOptions) => sample(cli, options));
}

async function sample(cli: Cli, options: SampleOptions): Promise<void> {
  const { seconds, count, rules, includeSubjects = false, includePaths = false } = options;
  const facade = await requireFacade(cli);
  const words = rules === undefined ? undefined : await wordsIn(rules);
  await facade.call(z.unknown(), 'POST', '/samples', { seconds, count, includeSubjects, includePaths, words });
  cli.output.note(`Taking a sample for ${seconds} s.`);
  await pause(seconds * 1_000);
  const lines = (await finished(facade)).trimEnd().split('\n');
  cli.output.answer(
    lines.map((line) => JSON.parse(line) as unknown),
    lines,
  );
}

const pollMs = 100;

async function finished(facade: JsonClient): Promise<string> {
  for (;;) {
    const text = await facade.text('GET', '/samples/current');
    const reading = parseSampleLine(text.slice(0, text.indexOf('\n')));
    if (reading.kind === 'bad' || reading.line.kind !== 'sample' || reading.line.endedAt !== null) return text;
    await pause(pollMs);
  }
}

async function wordsIn(file: string): Promise<RuleWords> {
  const rules = await loadRules(file);
  if (rules.kind === 'loaded') return wordsOf(rules.table);
  throw new CheckRefused(rules.problems.map(formatProblem).join('\n'), 'Mend the rules first.');
}
