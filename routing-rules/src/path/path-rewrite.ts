import type { PatternSegment } from './path-pattern.ts';
import { spellSegment } from './spell-segment.ts';

/** The way from the public path of a route to the path that a side knows, and back. */
export interface PathRewrite {
  /** The side's path out of the segments of the public one. */
  readonly outward: readonly PathPart[];
  /** The public path out of the segments of the side's path. */
  readonly back: readonly PathPart[];
  /** What a path of the side must look like to be led back. */
  readonly sideShape: SideShape;
}

interface SideShape {
  /** Literals as they are spelled; undefined stands for any segment. */
  readonly fixed: readonly (string | undefined)[];
  /** More segments may follow. */
  readonly isOpen: boolean;
  /** The side takes /Fahrten for /fahrten; literals are in lower case then. */
  readonly ignoresCase: boolean;
}

type PathPart =
  | { readonly kind: 'literal'; readonly text: string }
  /** One segment, or with `isTail` it and all after it, exactly as it is spelled. */
  | { readonly kind: 'taken'; readonly index: number; readonly isTail: boolean }
  /** Only on the way back: the side's path does not tell it, the request at hand does. */
  | { readonly kind: 'asked'; readonly index: number; readonly isTail: boolean };

/** @param ignoresCase - the side takes /Fahrten for /fahrten */
export function compilePathRewrite(
  publicPattern: readonly PatternSegment[],
  sidePattern: readonly PatternSegment[],
  ignoresCase = false,
): PathRewrite {
  return {
    outward: sidePattern.map((segment) => partFrom(segment, publicPattern)),
    back: publicPattern.map((segment, index) => {
      const part = partFrom(segment, sidePattern);
      return part.kind === 'taken' && part.index < 0 ? { ...part, kind: 'asked', index } : part;
    }),
    sideShape: shapeOf(sidePattern, ignoresCase),
  };
}

function shapeOf(pattern: readonly PatternSegment[], ignoresCase: boolean): SideShape {
  const isOpen = pattern.at(-1)?.kind === 'tail';
  const fixed = (isOpen ? pattern.slice(0, -1) : pattern).map(({ kind, name }) => {
    if (kind !== 'literal') return undefined;
    return ignoresCase ? spellSegment(name).toLowerCase() : spellSegment(name);
  });
  return { fixed, isOpen, ignoresCase };
}

function partFrom({ kind, name }: PatternSegment, source: readonly PatternSegment[]): PathPart {
  if (kind === 'literal') return { kind: 'literal', text: spellSegment(name) };
  const index = source.findIndex((segment) => segment.kind !== 'literal' && segment.name === name);
  return { kind: 'taken', index, isTail: kind === 'tail' };
}

/**
 * The side's path for a request of the route. Segments are carried over exactly as they are spelled in the canonical path,
 * so that nothing a parameter holds can become a separator or a dot segment: the result is canonical too. A trailing slash stays.
 *
 * @param path - canonical, and of the route's pattern
 */
export function rewritePath({ outward }: PathRewrite, path: string): string {
  return assemble(outward, segmentsOf(path), [], path.endsWith('/'));
}

/**
 * The public path for a path of the side; undefined when the side's path is not of this shape.
 *
 * @param sidePath - canonical
 * @param askedPath - canonical path of the request at hand, of the same route; without it only a path that tells all parameters is led back
 */
export function restorePath(rewrite: PathRewrite, sidePath: string, askedPath?: string): string | undefined {
  const segments = segmentsOf(sidePath);
  if (!isOfShape(rewrite.sideShape, segments)) return undefined;
  if (askedPath === undefined && rewrite.back.some(({ kind }) => kind === 'asked')) return undefined;
  const asked = askedPath === undefined ? [] : segmentsOf(askedPath);
  return assemble(rewrite.back, segments, asked, sidePath.endsWith('/'));
}

function assemble(
  parts: readonly PathPart[],
  segments: readonly string[],
  asked: readonly string[],
  endsOpen: boolean,
): string {
  const path = parts.flatMap((part) => {
    if (part.kind === 'literal') return part.text;
    const source = part.kind === 'taken' ? segments : asked;
    return part.isTail ? source.slice(part.index) : (source[part.index] ?? []);
  });
  return `/${path.join('/')}${endsOpen && path.length > 0 ? '/' : ''}`;
}

/** As they are spelled; a trailing slash makes no segment. */
function segmentsOf(path: string): readonly string[] {
  const segments = path.split('/');
  segments.shift();
  if (segments.at(-1) === '') segments.pop();
  return segments;
}

function isOfShape({ fixed, isOpen, ignoresCase }: SideShape, segments: readonly string[]): boolean {
  if (isOpen ? segments.length < fixed.length : segments.length !== fixed.length) return false;
  return fixed.every((literal, index) => {
    if (literal === undefined) return true;
    const actual = segments[index] ?? '';
    return literal === (ignoresCase ? actual.toLowerCase() : actual);
  });
}
