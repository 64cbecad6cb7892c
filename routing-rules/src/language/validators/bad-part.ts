import type { Finding } from '../../problem/finding.ts';
import { parsePathPattern, type PatternSegment } from '../../path/path-pattern.ts';
import { nameAdvice, namePattern } from '../rules-schema.ts';
import { partCountLimit } from '../schema/aggregate.ts';
import { aggregatesOf, partsOf, type PlacedPart } from './aggregate-parts.ts';
import { unknownParameters } from './bad-rewrite.ts';
import type { Validator } from './validator.ts';

/** Names, number and paths of the parts of aggregates. */
export const badPart: Validator = (draft) => [
  ...aggregatesOf(draft).flatMap(({ aggregate, path }): readonly Finding[] => {
    if (!aggregate.parts) return [];
    const count = Object.keys(aggregate.parts).length;
    if (count >= 1 && count <= partCountLimit) return [];
    const message = count === 0 ? 'There is no part.' : `${count} parts are above ${partCountLimit}.`;
    const remedy = `Name 1 to ${partCountLimit} parts.`;
    return [{ code: 'out-of-range', path: [...path, 'parts'], message, remedy }];
  }),
  ...partsOf(draft).flatMap((placed) => [...badName(placed), ...badPath(placed)]),
];

function badName({ name, path }: PlacedPart): readonly Finding[] {
  // "errors" stands beside the parts in the answer.
  if (namePattern.test(name) && name !== 'errors') return [];
  const message = `"${name}" is no name that can stand here.`;
  const remedy = name === 'errors' ? 'The answer has its errors there; choose another name.' : nameAdvice;
  return [{ code: 'bad-name', path, isAboutKey: true, message, remedy }];
}

function badPath({ route, aggregate, part, path }: PlacedPart): readonly Finding[] {
  if (part.path === undefined) return [];
  const place = [...path, 'path'];
  const pattern = parsePathPattern(part.path);
  if (pattern.kind === 'bad')
    return [{ code: 'bad-pattern', path: place, message: pattern.message, remedy: pattern.remedy }];
  const source = parsePathPattern(route.path ?? '');
  if (source.kind === 'bad') return [];
  const fromQuery = (aggregate.query ?? []).flatMap((name): readonly PatternSegment[] =>
    name === undefined ? [] : [{ kind: 'parameter', name }],
  );
  return unknownParameters(pattern.segments, [...source.segments, ...fromQuery], place);
}
