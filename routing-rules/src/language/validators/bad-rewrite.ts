import { suggestion } from '../../problem/did-you-mean.ts';
import type { Finding, KeyPath } from '../../problem/finding.ts';
import { parsePathPattern, type PatternSegment } from '../../path/path-pattern.ts';
import { transformLayersOf } from './transform-layers.ts';
import type { Validator } from './validator.ts';

/** The side's path is written as paths are, out of parameters that the route has. */
export const badRewrite: Validator = (draft) =>
  transformLayersOf(draft).flatMap(({ route, layer, path }): readonly Finding[] => {
    if (layer.path === undefined) return [];
    const pattern = parsePathPattern(layer.path);
    const place = [...path, 'path'];
    if (pattern.kind === 'bad')
      return [{ code: 'bad-pattern', path: place, message: pattern.message, remedy: pattern.remedy }];
    const source = parsePathPattern(route.path ?? '');
    return source.kind === 'bad' ? [] : unknownParameters(pattern.segments, source.segments, place);
  });

/** Parameters that do not exist, and a rest of the path in the place of one segment or the other way round. */
export function unknownParameters(
  template: readonly PatternSegment[],
  source: readonly PatternSegment[],
  path: KeyPath,
): readonly Finding[] {
  const written = ({ kind, name }: PatternSegment): string => (kind === 'tail' ? `{${name}*}` : `{${name}}`);
  const known = source.filter(({ kind }) => kind !== 'literal');
  return template
    .filter(({ kind }) => kind !== 'literal')
    .filter(({ kind, name }) => !known.some((other) => other.kind === kind && other.name === name))
    .map((segment) => ({
      code: 'unknown-parameter',
      path,
      message: `The path of the route has no parameter "${written(segment)}".`,
      remedy:
        known.length === 0 ? 'Add it there, or leave it out here.' : suggestion(written(segment), known.map(written)),
    }));
}
