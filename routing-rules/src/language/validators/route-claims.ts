import { parsePathPattern, type PatternSegment } from '../../path/path-pattern.ts';
import type { KeyPath } from '../../problem/finding.ts';
import { isCaseSensitive } from '../case-sensitivity.ts';
import { routesOf, type RouteDraft, type RulesDraft } from './validator.ts';

/** Which requests one route wants. */
export interface RouteClaim {
  readonly id: string;
  readonly path: KeyPath;
  readonly pattern: string;
  readonly host: string | undefined;
  readonly segments: readonly PatternSegment[];
  /** As they stand in the file; HEAD is not among them because of GET. */
  readonly methods: readonly string[];
  /** What a request must have besides host, method and path; every claim with a subset of them wants it as well. */
  readonly conditions: ReadonlySet<string>;
}

export function routeClaims(draft: RulesDraft): readonly RouteClaim[] {
  return routesOf(draft).flatMap(({ rule, path }) => {
    const pattern = rule.path === undefined ? undefined : parsePathPattern(rule.path);
    if (rule.path === undefined || pattern?.kind !== 'pattern') return [];
    return [
      {
        id: rule.id ?? 'a route without id',
        path,
        pattern: rule.path,
        host: rule.host,
        segments: pattern.segments,
        methods: (rule.methods ?? []).filter((method) => method !== undefined),
        conditions: conditionsOf(rule, pattern.segments, draft),
      },
    ];
  });
}

/** Whether the claim covers requests with `method`; GET covers HEAD, ANY covers all. */
export function wantsMethod({ methods }: RouteClaim, method: string): boolean {
  return methods.includes(method) || methods.includes('ANY') || (method === 'HEAD' && methods.includes('GET'));
}

export function isSubset(part: ReadonlySet<string>, whole: ReadonlySet<string>): boolean {
  return [...part].every((condition) => whole.has(condition));
}

function conditionsOf(rule: RouteDraft, segments: readonly PatternSegment[], draft: RulesDraft): ReadonlySet<string> {
  const conditions = new Set<string>();
  for (const [header, value] of Object.entries(rule.headers ?? {}))
    conditions.add(JSON.stringify(['header', header, value]));
  if (rule.mediaType !== undefined) conditions.add(JSON.stringify(['media type', rule.mediaType]));
  if (isCaseSensitive(rule, draft))
    for (const [index, { kind, name }] of segments.entries())
      if (kind === 'literal' && name.toLowerCase() !== name.toUpperCase())
        conditions.add(JSON.stringify(['spelling', index, name]));
  return conditions;
}
