import { mergeFindings, sortProblems } from '../problem/merge-findings.ts';
import type { Problem } from '../problem/problem.ts';
import type { RuleTable } from '../table/route-table.ts';
import { checkShape } from '../yaml/check-shape.ts';
import { readYaml } from '../yaml/read-yaml.ts';
import { casesSchema } from './cases-schema.ts';
import { checkCases } from './check-cases.ts';
import { coverageOf, type Coverage } from './coverage.ts';
import { runCase, type CaseResult } from './run-case.ts';

export type CaseRun =
  | { readonly kind: 'ran'; readonly results: readonly CaseResult[]; readonly coverage: Coverage }
  /** The case file itself is wrong; nothing was run. */
  | { readonly kind: 'refused'; readonly problems: readonly Problem[] };

/** Runs a file of cases against compiled rules. A result that is not `passed` is a failed case. */
export function runRuleCases(
  table: RuleTable,
  text: string,
  { path = 'cases.yaml' }: { readonly path?: string } = {},
): CaseRun {
  const yaml = readYaml(text, path);
  if (yaml.kind === 'unreadable') return { kind: 'refused', problems: yaml.problems };
  const shape = checkShape(casesSchema, yaml.file.value);
  const findings = mergeFindings(shape.findings, checkCases(shape.draft, table));
  const problems = [...yaml.problems, ...findings.map(yaml.file.locate)];
  if (problems.length > 0 || !shape.output) return { kind: 'refused', problems: sortProblems(problems) };
  const results = shape.output.cases.map((ruleCase) => runCase(table, ruleCase));
  return { kind: 'ran', results, coverage: coverageOf(table, results) };
}
