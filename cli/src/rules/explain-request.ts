import {
  describeAmbiguity,
  explain,
  flagsFrom,
  formatExplanation,
  formatProblem,
  matchPath,
  type RouteRequest,
  type RuleTable,
} from '@banyan/routing-rules';
import { CheckRefused } from '../exit-codes.ts';
import { loadRules } from './load-rules.ts';
import type { FlagWish } from './question-arguments.ts';

/** One request, as the operator describes it. */
export interface Question {
  readonly method: string;
  readonly path: string;
  readonly user?: string;
  readonly host?: string;
  readonly header?: Readonly<Record<string, string>>;
  readonly rules?: string;
  readonly flag?: Readonly<Record<string, FlagWish>>;
}

export interface ExplainAnswer {
  readonly value: unknown;
  readonly lines: readonly string[];
}

/** Decides by a rules file and the flags that were given; every other flag is off. */
export async function explainHere(question: Question): Promise<ExplainAnswer> {
  const rules = await loadRules(question.rules);
  if (rules.kind === 'refused')
    throw new CheckRefused(rules.problems.map(formatProblem).join('\n'), 'Mend the rules first.');
  const { user, flag = {} } = question;
  const explanation = explain({
    table: rules.table,
    request: requestOf(rules.table, question),
    subject: user === undefined ? { kind: 'anonymous' } : { kind: 'identified', id: user },
    flags: flagsFrom({ ...flag }),
  });
  return { value: explanation, lines: [`By ${rules.path}, no facade was asked:`, ...formatExplanation(explanation)] };
}

function requestOf(table: RuleTable, { method, path, host, header }: Question): RouteRequest {
  const found = matchPath(table, { method: method.toUpperCase(), path, host, headers: header });
  if (found.kind === 'ambiguous')
    throw new CheckRefused(
      `The path is refused with 400. ${describeAmbiguity(found.reason)}`,
      'Spell it unambiguously.',
    );
  return found.request;
}
