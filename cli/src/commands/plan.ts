import type { Command } from 'commander';
import { formatPlan } from '@banyan/routing-rules';
import type { Cli } from '../cli.ts';
import { MovesFound } from '../exit-codes.ts';
import { planTraffic, wishesIn, wishesOf, type FlagWishes } from '../rules/plan-traffic.ts';
import { collectFlags } from '../rules/question-arguments.ts';
import { requireFacade } from './require-facade.ts';

interface PlanOptions {
  readonly traffic: string;
  readonly flag?: FlagWishes;
  readonly flags?: string;
  readonly facade?: true;
}

/** Which requests and users new rules, or new flags, would move. */
export function addPlanCommand(rules: Command, cli: Cli): void {
  rules
    .command('plan')
    .argument('<old>', 'YAML file of rules as they are')
    .argument('<new>', 'YAML file of rules as they would be; the same file to plan a change of flags')
    .requiredOption('--traffic <file>', 'sample taken by `banyan traffic sample`; - is standard input')
    .option('--flag <name=value>', 'a flag as it would be: on, off, a percentage, or users (repeat it)', collectFlags)
    .option('--flags <file>', 'YAML file of such flags, as in a file of cases')
    .option('--facade', 'flags as the running facade knows them now, instead of when the sample was taken')
    .description('tell which requests and which users would move; exits with 4 when any would')
    .addHelpText(
      'after',
      '\nExamples:\n  banyan rules plan old.yaml new.yaml --traffic sample.ndjson\n  banyan rules plan my.yaml my.yaml --traffic sample.ndjson --flag trips.cutover=25%',
    )
    .action((before: string, after: string, options: PlanOptions) => plan(cli, before, after, options));
}

async function plan(cli: Cli, before: string, after: string, options: PlanOptions): Promise<void> {
  const { traffic, flag = {}, flags: file, facade } = options;
  const flags = {
    ...(facade === true && (await wishesOf(await requireFacade(cli), after))),
    ...(file !== undefined && (await wishesIn(file))),
    ...flag,
  };
  const answer = await planTraffic({ before, after, traffic, flags });
  const more = answer.badLineCount - answer.badLines.length;
  cli.output.answer(answer, [
    ...answer.badLines.map(({ number, why }) => `line ${number} is left out: ${why}`),
    ...(more > 0 ? [`and ${more} more lines are left out`] : []),
    ...formatPlan(answer.plan),
  ]);
  if (answer.plan.movedCount > 0) throw new MovesFound(answer.plan.movedCount);
}
