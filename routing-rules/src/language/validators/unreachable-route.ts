import type { PatternSegment } from '../../path/path-pattern.ts';
import type { Finding } from '../../problem/finding.ts';
import { groupBy } from '../../group-by.ts';
import { isSubset, routeClaims, wantsMethod, type RouteClaim } from './route-claims.ts';
import type { Validator } from './validator.ts';

type ClaimsByShape = ReadonlyMap<string, readonly RouteClaim[]>;

/**
 * Routes, or methods of routes, that no request reaches.
 *
 * The most specific path wins, so only a claim of the same shape can stand in the way, one that is further up and asks for no more;
 * and for `/a/{rest*}`, claims that together cover each length of the rest.
 */
export const unreachableRoute: Validator = (draft) => {
  const above = new Map<string, RouteClaim[]>();
  const claims = routeClaims(draft);
  const byShape = groupBy(claims, ({ host, segments }) => shapeOf(host, segments));
  return claims.flatMap((claim) => {
    const shape = shapeOf(claim.host, claim.segments);
    const rivals = above.get(shape) ?? [];
    above.set(shape, [...rivals, claim]);
    return [...shadowed(claim, rivals), ...covered(claim, byShape)];
  });
};

function shadowed(claim: RouteClaim, rivals: readonly RouteClaim[]): readonly Finding[] {
  const takenBy = groupBy(claim.methods, (method) => rivals.find((rival) => takes(rival, method, claim.conditions)));
  return [...takenBy].flatMap(([rival, methods]) => (rival ? [shadowFinding(claim, rival, methods)] : []));
}

function takes(rival: RouteClaim, method: string, conditions: ReadonlySet<string>): boolean {
  return wantsMethod(rival, method) && isSubset(rival.conditions, conditions);
}

function shadowFinding(claim: RouteClaim, rival: RouteClaim, methods: readonly string[]): Finding {
  const request = `${methods.join(', ')} ${claim.pattern}`;
  const path = [...claim.path, 'path'];
  if (isSubset(claim.conditions, rival.conditions))
    return {
      code: 'duplicate-route',
      path,
      message: `${request} is the route "${rival.id}" already.`,
      remedy: 'Remove one of the two.',
    };
  const message = `${request} never gets here: "${rival.id}" further up takes it.`;
  return { code: 'unreachable-route', path, message, remedy: `Move this route above "${rival.id}".` };
}

function covered(claim: RouteClaim, byShape: ClaimsByShape): readonly Finding[] {
  if (claim.segments.at(-1)?.kind !== 'tail') return [];
  const dead = claim.methods.filter((method) =>
    isCovered(claim, method, { byShape, prefix: claim.segments.slice(0, -1) }),
  );
  if (dead.length === 0) return [];
  const message = `${dead.join(', ')} ${claim.pattern} never gets here: more specific routes take every length of it.`;
  return [{ code: 'unreachable-route', path: [...claim.path, 'path'], message, remedy: 'Remove this route.' }];
}

interface Coverage {
  readonly byShape: ClaimsByShape;
  readonly prefix: readonly PatternSegment[];
}

/** Whether other claims take the prefix itself and everything below it. */
function isCovered(claim: RouteClaim, method: string, { byShape, prefix }: Coverage): boolean {
  const isTaken = (segments: readonly PatternSegment[]) =>
    (byShape.get(shapeOf(claim.host, segments)) ?? []).some((rival) => takes(rival, method, claim.conditions));
  if (!isTaken(prefix)) return false;
  const longer: readonly PatternSegment[] = [...prefix, { kind: 'parameter', name: '' }];
  return isTaken([...longer, { kind: 'tail', name: '' }]) || isCovered(claim, method, { byShape, prefix: longer });
}

function shapeOf(host: string | undefined, segments: readonly PatternSegment[]): string {
  const marks = segments.map((segment) =>
    segment.kind === 'literal' ? segment.name.toLowerCase() : { [segment.kind]: true },
  );
  return JSON.stringify([host ?? null, ...marks]);
}
