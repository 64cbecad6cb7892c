import { canonicalisePath } from './canonical-path.ts';
import type { PatternSegment } from './path-pattern.ts';
import { spellSegment } from './spell-segment.ts';

/** Where a segment of a part's path comes from. */
export type PartSegment =
  | { readonly kind: 'literal'; readonly text: string }
  /** A segment of the public path, or with `isTail` it and all after it, exactly as it is spelled. */
  | { readonly kind: 'path'; readonly index: number; readonly isTail: boolean }
  /** A value of the public query, which may hold anything. */
  | { readonly kind: 'query'; readonly name: string };

/** @param publicPattern - of the route; a parameter that is not in it is a name of the query */
export function compilePartPath(
  pattern: readonly PatternSegment[],
  publicPattern: readonly PatternSegment[],
): readonly PartSegment[] {
  return pattern.map(({ kind, name }): PartSegment => {
    if (kind === 'literal') return { kind: 'literal', text: spellSegment(name) };
    const index = publicPattern.findIndex((segment) => segment.kind !== 'literal' && segment.name === name);
    return index < 0 ? { kind: 'query', name } : { kind: 'path', index, isTail: kind === 'tail' };
  });
}

/**
 * The path of a part for one request; undefined when the query lacks what it takes from there, or has what is no segment.
 *
 * @param publicPath - canonical, and of the route's pattern
 */
export function fillPartPath(
  segments: readonly PartSegment[],
  publicPath: string,
  queryValue: (name: string) => string | undefined,
): string | undefined {
  const taken = publicPath.split('/').slice(1);
  if (taken.at(-1) === '') taken.pop();
  const filled: string[] = [];
  for (const segment of segments) {
    if (segment.kind === 'literal') filled.push(segment.text);
    else if (segment.kind === 'query') filled.push(spellSegment(queryValue(segment.name) ?? ''));
    else filled.push(...taken.slice(segment.index, segment.isTail ? undefined : segment.index + 1));
    if (filled.at(-1) === '') return undefined;
  }
  const path = `/${filled.join('/')}`;
  const canonical = canonicalisePath(path);
  // What decodes to a separator or a dot segment, and what is missing, gives another path, or none.
  return canonical.kind === 'canonical' && canonical.path === path ? path : undefined;
}
