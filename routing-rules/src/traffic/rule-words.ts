import { parsePathPattern, type PatternSegment } from '../path/path-pattern.ts';
import type { Route } from '../table/route.ts';
import type { RuleTable } from '../table/route-table.ts';

/** Everything that rules say about requests: what may stand in a traffic sample as it is, since it is known anyway. */
export interface RuleWords {
  /** Literal segments of paths, in lower case. */
  readonly segments: readonly string[];
  /** Values that headers are compared with, as `name: value`. */
  readonly headers: readonly string[];
  readonly mediaTypes: readonly string[];
  /** Headers whose value is a scope's key. */
  readonly scopeHeaders: readonly string[];
  /** Literals before a path's parameter that is a scope's key; '' for the start of a path. */
  readonly scopeParents: readonly string[];
  /** By which scopes fall into buckets. */
  readonly salts: readonly string[];
  readonly flags: readonly string[];
}

export function wordsOf({ routes, capabilities }: RuleTable): RuleWords {
  const segments = routes.map(segmentsOf);
  const flags = capabilities.map(({ flag }) => flag);
  return {
    segments: unique(segments.flatMap(literalsOf)),
    headers: unique(routes.flatMap(({ headers }) => headers.map(({ name, value }) => headerWord(name, value)))),
    mediaTypes: unique(routes.flatMap(({ mediaType }) => mediaType ?? [])),
    scopeHeaders: unique(routes.flatMap(({ scope }) => (scope.from === 'header' ? [scope.name] : []))),
    scopeParents: unique(routes.flatMap((route, index) => scopeParent(route, segments[index] ?? []))),
    salts: unique([...flags, ...capabilities.flatMap(({ rollout }) => rollout?.salt ?? [])]),
    flags: unique(flags),
  };
}

export function mergeWords(one: RuleWords, other: RuleWords): RuleWords {
  const both = (key: keyof RuleWords): readonly string[] => unique([...one[key], ...other[key]]);
  return {
    segments: both('segments'),
    headers: both('headers'),
    mediaTypes: both('mediaTypes'),
    scopeHeaders: both('scopeHeaders'),
    scopeParents: both('scopeParents'),
    salts: both('salts'),
    flags: both('flags'),
  };
}

export function headerWord(name: string, value: string): string {
  return `${name}: ${value}`;
}

function segmentsOf({ path }: Route): readonly PatternSegment[] {
  const pattern = parsePathPattern(path);
  return pattern.kind === 'pattern' ? pattern.segments : [];
}

function literalsOf(segments: readonly PatternSegment[]): readonly string[] {
  return segments.filter(({ kind }) => kind === 'literal').map(({ name }) => name.toLowerCase());
}

function scopeParent({ scope }: Route, segments: readonly PatternSegment[]): readonly string[] {
  if (scope.from !== 'path') return [];
  const at = segments.findIndex(({ kind, name }) => kind !== 'literal' && name === scope.name);
  const parent = segments[at - 1];
  return [parent?.kind === 'literal' ? parent.name.toLowerCase() : ''];
}

function unique(words: readonly string[]): readonly string[] {
  return [...new Set(words)];
}
