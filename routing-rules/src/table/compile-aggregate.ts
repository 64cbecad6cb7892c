import type { RouteRule } from '../language/rules-document.ts';
import { compilePartPath } from '../path/part-path.ts';
import { parsePathPattern, type PatternSegment } from '../path/path-pattern.ts';
import { RuleTableError } from '../rule-table-error.ts';
import type { Aggregate } from './aggregate.ts';

const usual = { timeoutMs: 10_000, maxBytes: 1_048_576 } as const;

export function compileAggregate(rule: RouteRule): Aggregate | undefined {
  if (!rule.aggregate) return undefined;
  const publicPattern = segmentsOf(rule, rule.path);
  const parts = Object.entries(rule.aggregate.parts).map(([name, part]) => ({
    name,
    path: compilePartPath(segmentsOf(rule, part.path), publicPattern),
    query: part.query ?? [],
    isRequired: part.required === true,
    timeoutMs: part.timeoutMs ?? usual.timeoutMs,
    maxBytes: part.maxBytes ?? usual.maxBytes,
  }));
  return { parts };
}

function segmentsOf(rule: RouteRule, path: string): readonly PatternSegment[] {
  const pattern = parsePathPattern(path);
  if (pattern.kind === 'bad') throw new RuleTableError(rule.id, pattern.message);
  return pattern.segments;
}
