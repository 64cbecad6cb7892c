import type { Access } from '../language/access.ts';
import type { RouteMatch } from '../table/match-route.ts';
import type { Destination, Mirror, Route, Upstream } from '../table/route.ts';
import type { RuleTable } from '../table/route-table.ts';
import type { Decision } from './decision.ts';

/**
 * Where a copy of a request goes; undefined when none may be sent. Whose turn it is, and how long a body is, is not asked here.
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
 * `GET` and `HEAD` read on a route that does both. One whose access is said to be `write` has no mirror without `writes`
 * (`mirror-never-copies`), so a `GET` that writes is not copied.
 */
export function isMethodCopied({ writes }: Pick<Mirror, 'writes'>, access: Access, method: string): boolean {
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
  const sides = target.kind === 'fixed' ? [] : [target.legacy, target.extracted];
  const candidates = mirror.destination ? [mirror.destination] : sides;
  return candidates.filter((candidate) => mayGetCopies(candidate, target));
}
