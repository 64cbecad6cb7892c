import { intentOf, storedStrategySchema } from '@banyan/control';
import {
  createPlanMaker,
  formatProblem,
  parseSampleLine,
  readFlagFixtures,
  type FlagWish,
  type RuleTable,
  type RulesPlan,
} from '@banyan/routing-rules';
import { z } from 'zod';
import type { JsonClient } from '../clients/http-json.ts';
import { CheckRefused } from '../exit-codes.ts';
import { readLines, type NumberedLine } from '../traffic/read-lines.ts';
import { loadRules, readText } from './load-rules.ts';

export type FlagWishes = Readonly<Record<string, FlagWish>>;

export interface PlanQuestion {
  readonly before: string;
  readonly after: string;
  readonly traffic: string;
  readonly flags: FlagWishes;
}

export interface BadLine {
  readonly number: number;
  readonly why: string;
}

export interface PlanAnswer {
  readonly plan: RulesPlan;
  /** The first ones. */
  readonly badLines: readonly BadLine[];
  readonly badLineCount: number;
}

const listedCount = 20;

/** Reads the sample once, line by line. @throws {CheckRefused} when the rules have problems or no line is one of a sample */
export async function planTraffic({ before, after, traffic, flags }: PlanQuestion): Promise<PlanAnswer> {
  const maker = createPlanMaker({
    before: { table: await tableOf(before), flags: {} },
    after: { table: await tableOf(after), flags },
  });
  const badLines: BadLine[] = [];
  let [lineCount, badLineCount] = [0, 0];
  for await (const line of readLines(traffic)) {
    lineCount += 1;
    const reading = readSampleLine(line);
    if (reading.kind === 'bad') {
      badLineCount += 1;
      if (badLines.length < listedCount) badLines.push({ number: line.number, why: reading.why });
    } else if (reading.line.kind === 'request') maker.add(reading.line);
  }
  if (badLineCount === lineCount)
    throw new CheckRefused(`"${traffic}" is no sample.`, 'Take one with `banyan traffic sample`.');
  return { plan: maker.plan(), badLines, badLineCount };
}

function readSampleLine({ text }: NumberedLine): ReturnType<typeof parseSampleLine> {
  return text === undefined ? { kind: 'bad', why: 'it is too long' } : parseSampleLine(text);
}

async function tableOf(file: string): Promise<RuleTable> {
  const rules = await loadRules(file);
  if (rules.kind === 'loaded') return rules.table;
  throw new CheckRefused(rules.problems.map(formatProblem).join('\n'), 'Mend the rules first.');
}

/** Flags as a case states them, in a file of their own: a mapping of names to true, false or `{ users, percent }`. */
export async function wishesIn(file: string): Promise<FlagWishes> {
  const { path, text } = await readText(file);
  const reading = readFlagFixtures(text, path);
  if (reading.kind === 'read') return reading.flags;
  throw new CheckRefused(reading.problems.map(formatProblem).join('\n'), 'Mend the flags first.');
}

const flagSchema = z.object({
  definition: z.object({ enabled: z.boolean(), strategies: z.array(storedStrategySchema).nullish() }).nullable(),
});

/** The flags of these rules as the running facade knows them now. */
export async function wishesOf(facade: JsonClient, file: string): Promise<FlagWishes> {
  const { capabilities } = await tableOf(file);
  const wishes: Record<string, FlagWish> = {};
  for (const { flag } of capabilities) {
    const { definition } = await facade.call(flagSchema, 'GET', `/flags/${encodeURIComponent(flag)}`);
    const intent =
      definition && intentOf(flag, { enabled: definition.enabled, strategies: definition.strategies ?? [] });
    if (intent?.isEnabled === true && intent.hasForeignStrategies)
      throw new CheckRefused(`The flag ${flag} has strategies that were made elsewhere.`, 'Say it with --flag.');
    wishes[flag] = intent?.isEnabled === true ? { users: [...intent.users], percent: intent.percent } : false;
  }
  return wishes;
}
