import type { Access } from '../language/access.ts';
import type { RouteMatch } from '../table/match-route.ts';
import type { Destination, Mirror, Route, Upstream } from '../table/route.ts';
import type { RuleTable } from '../table/route-table.ts';
import type { Decision } from './decision.ts';

/**
 * Where a copy of a request goes; undefined when none may be sent. How many are sent, and whether a body is too long, is not asked
 * here.
 *
 * @param serving - the decision, or what stands in its place once legacy has served what the extracted side could not
 */
export function candidateOf(
  match: RouteMatch,
  serving: Pick<Decision, 'side' | 'upstream'>,
  method: string,
): Destination | undefined {
  if (match.kind === 'unmatched' || match.route.mirror === undefined) return undefined;
  const { mirror, target, access } = match.route;
  if (!isMethodCopied(mirror, access, method)) return undefined;
  const candidate = mirror.destination ?? otherSide(target, serving);
  return candidate && mayGetCopies(candidate, target) && candidate.upstream.name !== serving.upstream.name
    ? candidate
    : undefined;
}

/** Every upstream that gets copies by one route or another, each once. */
export function mirroredUpstreams({ routes }: RuleTable): readonly Upstream[] {
  return [...new Set(routes.flatMap(candidatesOf).map(({ upstream }) => upstream))];
}

/**
 * `GET` and `HEAD` read on a route that does both.
 */
function isMethodCopied({ writes }: Pick<Mirror, 'writes'>, access: Access, method: string): boolean {
  return writes || access === 'read' || method === 'GET' || method === 'HEAD';
}

/** At complete, legacy no longer keeps the data up to date. */
function mayGetCopies({ upstream }: Destination, target: Route['target']): boolean {
  return target.kind === 'fixed' || target.capability.stage !== 'complete' || upstream.side !== 'legacy';
}

function otherSide(target: Route['target'], { side }: Pick<Decision, 'side'>): Destination | undefined {
  if (target.kind === 'fixed') return undefined;
  return side === 'legacy' ? target.extracted : target.legacy;
}

function candidatesOf({ mirror, target }: Route): readonly Destination[] {
  if (mirror === undefined) return [];
  if (mirror.destination) return [mirror.destination].filter((candidate) => mayGetCopies(candidate, target));
  if (target.kind === 'fixed') return [];
  return [target.legacy, target.extracted].filter((candidate) => mayGetCopies(candidate, target));
}
