import type { CaseRun } from './run-rule-cases.ts';
import type { CaseResult } from './run-case.ts';

/** Lines for a terminal: what failed and why, what no case covers, and the counts. */
export function formatCaseRun({ results, coverage }: Extract<CaseRun, { kind: 'ran' }>): readonly string[] {
  const failedCount = results.filter(({ kind }) => kind !== 'passed').length;
  const uncovered = coverage.routes.flatMap(({ routeId, sides }) =>
    sides.filter(({ caseCount }) => caseCount === 0).map(({ side }) => `not covered: ${routeId} on ${side}`),
  );
  return [
    ...results.flatMap(formatFailure),
    ...uncovered,
    `${results.length - failedCount} of ${results.length} cases passed; ${coverage.coveredCount} of ${coverage.possibleCount} sides of routes are covered.`,
  ];
}

function formatFailure(result: CaseResult): readonly string[] {
  switch (result.kind) {
    case 'passed':
      return [];
    case 'refused':
      return [`FAILED ${result.name}`, `  The path is refused with 400. ${result.why}`];
    case 'failed':
      return [
        `FAILED ${result.name}`,
        ...result.differences.map(({ what, expected, actual }) => `  ${what} is ${actual}, expected ${expected}`),
        ...result.explanation.steps.map(({ name, why }) => `    ${name}: ${why}`),
      ];
    default:
      return result satisfies never;
  }
}
