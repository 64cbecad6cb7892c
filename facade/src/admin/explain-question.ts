import { parseInput, problem, ProblemError } from '@banyan/platform';
import {
  describeAmbiguity,
  explain,
  matchPath,
  type Explanation,
  type FlagReader,
  type GuardReader,
  type OverrideReader,
  type OwnershipReader,
  type Subject,
} from '@banyan/routing-rules';
import { z } from 'zod';
import type { RulesInForce } from '../rules-file/rules-in-force.ts';

export interface ExplainParts {
  readonly rules: () => RulesInForce;
  readonly flags: () => FlagReader;
  readonly overrides: () => OverrideReader;
  readonly guard?: GuardReader;
  readonly ownership?: OwnershipReader;
}

const questionSchema = z.object({
  method: z
    .string()
    .regex(/^[A-Za-z]+$/)
    .default('GET')
    .transform((method) => method.toUpperCase()),
  path: z.string().min(1),
  subject: z.string().min(1).optional(),
  host: z.string().min(1).optional(),
  /** `name:value`, any number of them. */
  header: z.union([z.string(), z.array(z.string())]).default([]),
});

/**
 * What would happen to a request, by the same code that decides over real ones, and with the flags, orders and rules in force.
 * Nothing is sent.
 *
 * @throws {ProblemError} 400 for a question that is none, or for a path that would be refused
 */
export function explainQuestion(parts: ExplainParts, query: unknown): Explanation {
  const { rules, flags, overrides, guard, ownership } = parts;
  const { method, path, subject, host, header } = parseInput(questionSchema, query, 'query');
  const asked = { method, path: path.split('?', 1)[0] ?? '', host, headers: headersOf([header].flat()) };
  const found = matchPath(rules().table, asked);
  if (found.kind === 'ambiguous')
    throw new ProblemError(
      problem(400, 'ambiguous-path', 'Ambiguous path', `Such a request is refused. ${describeAmbiguity(found.reason)}`),
    );
  const caller: Subject = subject === undefined ? { kind: 'anonymous' } : { kind: 'identified', id: subject };
  return explain({
    table: rules().table,
    request: found.request,
    subject: caller,
    flags: flags(),
    override: overrides(),
    guard,
    ownership,
  });
}

function headersOf(lines: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    lines.map((line) => {
      const at = line.indexOf(':');
      return at < 0 ? [line.toLowerCase(), ''] : [line.slice(0, at).trim().toLowerCase(), line.slice(at + 1).trim()];
    }),
  );
}
