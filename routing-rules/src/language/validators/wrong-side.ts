import type { Finding } from '../../problem/finding.ts';
import { upstreamReferences } from './upstream-references.ts';
import { entryOf, type Validator } from './validator.ts';

/** A capability that calls an extracted service "legacy" would roll back to where it came from. */
export const wrongSide: Validator = (draft) =>
  upstreamReferences(draft).flatMap(({ name, path, side }): readonly Finding[] => {
    const actual = entryOf(draft.upstreams, name)?.side;
    if (side === undefined || actual === undefined || actual === side) return [];
    const message = `"${name}" is an upstream of the ${actual} side.`;
    return [{ code: 'wrong-side', path, message, remedy: `Name one whose side is ${side}.` }];
  });
