import { sides } from '../language/rules-schema.ts';
import type { Side } from '../language/rules-document.ts';
import type { Route } from '../table/route.ts';
import type { RuleTable } from '../table/route-table.ts';
import type { CaseResult } from './run-case.ts';

export interface RouteCoverage {
  readonly routeId: string;
  /** One for each side that can serve the route at its stage. */
  readonly sides: readonly { readonly side: Side; readonly caseCount: number }[];
}

export interface Coverage {
  readonly routes: readonly RouteCoverage[];
  /** Sides of routes that a passed case shows. */
  readonly coveredCount: number;
  readonly possibleCount: number;
}

/** Which sides of which routes the passed cases show. */
export function coverageOf(table: RuleTable, results: readonly CaseResult[]): Coverage {
  const routes = table.routes.map((route) => coverRoute(route, results));
  const counts = routes.flatMap((route) => route.sides.map(({ caseCount }) => caseCount));
  return { routes, coveredCount: counts.filter((count) => count > 0).length, possibleCount: counts.length };
}

function coverRoute(route: Route, results: readonly CaseResult[]): RouteCoverage {
  const decisions = results.flatMap((result) => (result.kind === 'passed' ? [result.explanation.decision] : []));
  const ofRoute = decisions.filter(({ routeId }) => routeId === route.id);
  return {
    routeId: route.id,
    sides: possibleSides(route).map((side) => ({
      side,
      caseCount: ofRoute.filter((decision) => decision.side === side).length,
    })),
  };
}

/** A local order can send any capability anywhere; what counts here is what the rules themselves allow. */
function possibleSides({ target }: Route): readonly Side[] {
  if (target.kind === 'fixed') return [target.destination.upstream.side];
  const { stage } = target.capability;
  if (stage === 'live' || stage === 'rampdown') return sides;
  return stage === 'complete' ? ['extracted'] : ['legacy'];
}
