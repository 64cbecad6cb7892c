import type { Finding } from '../../problem/finding.ts';
import { parsePathPattern, type PatternSegment } from '../../path/path-pattern.ts';
import { partsOf } from './aggregate-parts.ts';
import { routesOf, type RouteDraft, type RulesDraft, type Validator } from './validator.ts';

/** A part that falls under an aggregate would call calls; the facade refuses it then. */
export const aggregateInAggregate: Validator = (draft) =>
  partsOf(draft).flatMap(({ part, path }): readonly Finding[] => {
    const target = part.path === undefined ? undefined : winnerFor(part.path, draft);
    if (!target?.aggregate) return [];
    const message = `The part falls under the route "${target.id ?? ''}", which is an aggregate itself.`;
    const remedy = 'Name the path of a route with one target.';
    return [{ code: 'aggregate-in-aggregate', path: [...path, 'path'], message, remedy }];
  });

/** The most specific route that takes every path of this form, whatever its parameters are. */
function winnerFor(partPath: string, draft: RulesDraft): RouteDraft | undefined {
  const wanted = segmentsOf(partPath);
  const candidates = routesOf(draft)
    .map(({ rule }) => rule)
    .filter((rule) => takesGet(rule) && rule.headers === undefined && rule.mediaType === undefined)
    .filter((rule) => rule.host === undefined && rule.path !== undefined);
  const covering = candidates.filter((rule) => covers(segmentsOf(rule.path ?? ''), wanted));
  const [best] = covering.toSorted((one, other) => rankOf(one) - rankOf(other));
  return best;
}

function takesGet({ methods = [] }: RouteDraft): boolean {
  return methods.includes('GET') || methods.includes('ANY');
}

function segmentsOf(path: string): readonly PatternSegment[] {
  const pattern = parsePathPattern(path);
  return pattern.kind === 'pattern' ? pattern.segments : [];
}

function covers(route: readonly PatternSegment[], wanted: readonly PatternSegment[]): boolean {
  const isOpen = route.at(-1)?.kind === 'tail';
  const fixed = isOpen ? route.slice(0, -1) : route;
  if (isOpen ? wanted.length < fixed.length : wanted.length !== fixed.length) return false;
  return fixed.every(({ kind, name }, index) => {
    const other = wanted[index];
    if (kind !== 'literal') return other?.kind !== 'tail';
    return other?.kind === 'literal' && other.name.toLowerCase() === name.toLowerCase();
  });
}

/** Fewer is more specific: a literal before a parameter before the rest, from the left. */
function rankOf({ path = '' }: RouteDraft): number {
  const weights = { literal: 0, parameter: 1, tail: 2 } as const;
  return segmentsOf(path).reduce((rank, { kind }, index) => rank + weights[kind] * 3 ** -(index + 1), 0);
}
