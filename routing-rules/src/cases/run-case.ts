import { explain, type Explanation } from '../decision/explain.ts';
import { overridesFrom } from '../decision/override-orders.ts';
import type { OverrideReader, Subject } from '../decision/ports.ts';
import { describeAmbiguity } from '../path/path-ambiguity.ts';
import { matchPath, type PathMatch } from '../table/match-path.ts';
import type { RouteRequest } from '../table/route-request.ts';
import type { RuleTable } from '../table/route-table.ts';
import type { RuleCase } from './cases-schema.ts';
import { flagsFrom } from './flag-fixtures.ts';

export interface Difference {
  readonly what: 'side' | 'route' | 'upstream' | 'reason';
  readonly expected: string;
  readonly actual: string;
}

export type CaseResult =
  | { readonly kind: 'passed'; readonly name: string; readonly explanation: Explanation }
  | {
      readonly kind: 'failed';
      readonly name: string;
      readonly differences: readonly Difference[];
      readonly explanation: Explanation;
    }
  /** The path is one that the facade answers with 400. */
  | { readonly kind: 'refused'; readonly name: string; readonly why: string };

export function runCase(table: RuleTable, ruleCase: RuleCase): CaseResult {
  const { name } = ruleCase;
  const found = matchPath(table, requestOf(ruleCase));
  if (found.kind === 'ambiguous') return { kind: 'refused', name, why: describeAmbiguity(found.reason) };
  const explanation = explain({
    table,
    request: found.request,
    subject: subjectOf(ruleCase),
    flags: flagsFrom(ruleCase.flags),
    override: overrideOf(ruleCase, found),
  });
  const differences = differencesOf(ruleCase.expect, explanation);
  return differences.length === 0
    ? { kind: 'passed', name, explanation }
    : { kind: 'failed', name, differences, explanation };
}

function requestOf({ request: { method, path, host, headers = {} } }: RuleCase): RouteRequest {
  const lowerCase = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return { method, path, host, headers: Object.fromEntries(lowerCase) as Readonly<Record<string, string>> };
}

function subjectOf({ subject, anonymousId }: RuleCase): Subject {
  return subject === undefined ? { kind: 'anonymous', anonymousId } : { kind: 'identified', id: subject };
}

function overrideOf(
  { override, name }: RuleCase,
  { match }: Extract<PathMatch, { kind: 'settled' }>,
): OverrideReader | undefined {
  if (override === undefined || match.kind !== 'matched' || match.route.target.kind === 'fixed') return undefined;
  return overridesFrom([
    { capability: match.route.target.capability.name, side: override, reason: `the case "${name}"` },
  ]);
}

function differencesOf(expected: RuleCase['expect'], { decision }: Explanation): readonly Difference[] {
  const actual = {
    side: decision.side,
    route: decision.routeId ?? 'none',
    upstream: decision.upstream.name,
    reason: decision.reason.kind,
  };
  return (['side', 'route', 'upstream', 'reason'] as const).flatMap((what): readonly Difference[] => {
    const value = expected[what];
    return value === undefined || value === actual[what] ? [] : [{ what, expected: value, actual: actual[what] }];
  });
}
