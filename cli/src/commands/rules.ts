import type { Command } from 'commander';
import { formatCaseRun, formatProblem, runRuleCases, shippedFiles } from '@banyan/routing-rules';
import type { Cli } from '../cli.ts';
import { CheckRefused } from '../exit-codes.ts';
import { loadRules, readText } from '../rules/load-rules.ts';
import { explainHere, type Question } from '../rules/explain-request.ts';
import { explainLive } from '../rules/explain-live.ts';
import { addPlanCommand } from './plan.ts';
import { collectFlags, collectHeaders } from '../rules/question-arguments.ts';

const shippedRules = 'the shipped example';

export function addRulesCommands(program: Command, cli: Cli): void {
  const rules = program.command('rules').description('check, test and explain routing rules');
  rules
    .command('check')
    .argument('[file]', `YAML file of rules; ${shippedRules} when left out`)
    .description('report every problem of a file, with its place and remedy')
    .action((file: string | undefined) => check(cli, file));
  rules
    .command('test')
    .argument('[file]', `YAML file of rules; ${shippedRules} when left out`)
    .option('--cases <file>', 'YAML file of cases; the shipped ones when left out')
    .description('run cases (request, user, flags, expected side) and print which rules they cover')
    .addHelpText('after', '\nExample:\n  banyan rules test my.rules.yaml --cases my.cases.yaml')
    .action((file: string | undefined, options: { readonly cases?: string }) => runTest(cli, file, options.cases));
  rules
    .command('explain')
    .argument('<method>', 'for example GET')
    .argument('<path>', 'for example /trips/7')
    .option('--user <id>', 'the verified caller; anonymous when left out')
    .option('--host <name>', 'Host header')
    .option('--header <name:value>', 'another header (repeat it)', collectHeaders)
    .option('--rules <file>', 'decide here by this file instead of asking the running facade')
    .option(
      '--flag <name=value>',
      'decide here with this flag: on, off, a percentage such as 25%, or users such as 42,43',
      collectFlags,
    )
    .description('tell where a request goes, and why, step by step; nothing is sent')
    .addHelpText(
      'after',
      '\nExamples:\n  banyan rules explain GET /trips/7 --user 42\n  banyan rules explain POST /trips --user 42 --flag trips.cutover=25%',
    )
    .action((method: string, path: string, options: Omit<Question, 'method' | 'path'>) =>
      explainRequest(cli, { method, path, ...options }),
    );
  addPlanCommand(rules, cli);
}

async function check(cli: Cli, file: string | undefined): Promise<void> {
  const reading = await loadRules(file);
  if (reading.kind === 'refused') {
    cli.output.answer({ problems: reading.problems }, reading.problems.map(formatProblem));
    throw new CheckRefused(`${reading.path} has ${reading.problems.length} problem(s).`, 'Mend them and check again.');
  }
  const { routes, capabilities, upstreams } = reading.table;
  const counts = { routeCount: routes.length, capabilityCount: capabilities.length, upstreamCount: upstreams.length };
  cli.output.answer({ problems: [], ...counts }, [
    `${reading.path}: no problems; ${routes.length} routes, ${capabilities.length} capabilities, ${upstreams.length} upstreams.`,
  ]);
}

async function runTest(cli: Cli, file: string | undefined, casesFile: string | undefined): Promise<void> {
  const reading = await loadRules(file);
  if (reading.kind === 'refused') return check(cli, file);
  const cases = await readText(casesFile ?? shippedFiles.cases);
  const run = runRuleCases(reading.table, cases.text, { path: cases.path });
  if (run.kind === 'refused') {
    cli.output.answer({ problems: run.problems }, run.problems.map(formatProblem));
    throw new CheckRefused(
      `${cases.path} has ${run.problems.length} problem(s); no case was run.`,
      'Mend them and run again.',
    );
  }
  cli.output.answer(run, formatCaseRun(run));
  const failedCount = run.results.filter(({ kind }) => kind !== 'passed').length;
  if (failedCount > 0) throw new CheckRefused(`${failedCount} case(s) failed.`, 'Correct the rules or the cases.');
}

async function explainRequest(cli: Cli, question: Question): Promise<void> {
  const isHere = question.rules !== undefined || question.flag !== undefined;
  const facade = isHere ? undefined : await cli.facade();
  const answer = facade ? await explainLive(facade, question) : await explainHere(question);
  cli.output.answer(answer.value, answer.lines);
}
