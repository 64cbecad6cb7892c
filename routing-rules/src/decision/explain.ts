import { limitsOf } from '../table/limits-of.ts';
import { matchRoute, type RouteMatch } from '../table/match-route.ts';
import type { Hearing } from './authority.ts';
import { decide, type DecideInput } from './decide.ts';
import type { Decision } from './decision.ts';
import { describeLimits } from './describe-limits.ts';
import { describeMirror } from './describe-mirror.ts';
import { describeReason } from './describe-reason.ts';

export interface ExplainStep {
  readonly name: 'match' | 'limits' | 'mirror' | 'target' | Hearing['name'];
  /** `decides` only once, in the last step. */
  readonly outcome: 'passes' | 'decides';
  readonly why: string;
}

export interface Explanation {
  readonly match: RouteMatch;
  readonly decision: Decision;
  /** In the order in which things were asked; what comes after the last one was not asked. */
  readonly steps: readonly ExplainStep[];
}

/** Matches and decides as the facade does, by the same code, and writes down each step. */
export function explain(input: Omit<DecideInput, 'match'>): Explanation {
  const refusals: string[] = [];
  const match = matchRoute(input.table, input.request, {
    refused: (route, why) => refusals.push(`Not ${route.id}: ${why}.`),
  });
  const hearings: Hearing[] = [];
  const decision = decide({ ...input, match }, (hearing) => hearings.push(hearing));
  const steps = [
    matchStep(input, match, refusals),
    ...limitSteps(match),
    ...mirrorSteps(match, decision, input.request),
    ...targetSteps(decision),
    ...hearings.map((hearing) => stepOf(hearing, decision)),
  ];
  return Object.freeze({ match, decision, steps: Object.freeze(steps.map((step) => Object.freeze(step))) });
}

function matchStep(
  { request }: Pick<DecideInput, 'request'>,
  match: RouteMatch,
  refusals: readonly string[],
): ExplainStep {
  if (match.kind === 'unmatched')
    return {
      name: 'match',
      outcome: 'decides',
      why: [...refusals, `No route matches ${request.method} ${request.path}.`].join(' '),
    };
  const { id, path } = match.route;
  const params = Object.entries(match.params).map(([name, value]) => `${name} = "${value}"`);
  const found = `${request.method} ${request.path} is ${id} (${[path, ...params].join(', ')}).`;
  return { name: 'match', outcome: 'passes', why: [...refusals, found].join(' ') };
}

function limitSteps(match: RouteMatch): readonly ExplainStep[] {
  const limits = match.kind === 'matched' ? limitsOf(match) : undefined;
  return limits ? [{ name: 'limits', outcome: 'passes', why: describeLimits(limits) }] : [];
}

function mirrorSteps(
  match: RouteMatch,
  decision: Decision,
  { method }: DecideInput['request'],
): readonly ExplainStep[] {
  const why = describeMirror(match, decision, method);
  return why === undefined ? [] : [{ name: 'mirror', outcome: 'passes', why }];
}

function targetSteps(decision: Decision): readonly ExplainStep[] {
  if (decision.routeId === undefined) return [];
  if (decision.capability === undefined) return [{ name: 'target', outcome: 'decides', why: describeReason(decision) }];
  return [{ name: 'target', outcome: 'passes', why: `The route moves with the capability ${decision.capability}.` }];
}

function stepOf(hearing: Hearing, decision: Decision): ExplainStep {
  return hearing.ruling
    ? { name: hearing.name, outcome: 'decides', why: describeReason(decision) }
    : { name: hearing.name, outcome: 'passes', why: hearing.whyNot };
}
