import { deepFreeze } from '../deep-freeze.ts';
import { accessOf } from '../language/access.ts';
import { isCaseSensitive } from '../language/case-sensitivity.ts';
import type { RouteRule, RulesDocument } from '../language/rules-document.ts';
import { parsePathPattern, type PatternSegment } from '../path/path-pattern.ts';
import { RuleTableError } from '../rule-table-error.ts';
import { compileCapabilities, compileDestination, compileUpstreams, type Compiled } from './compile-parts.ts';
import { compileAggregate } from './compile-aggregate.ts';
import { compileCache } from './compile-cache.ts';
import { compileLimits } from './compile-limits.ts';
import { compileMirror } from './compile-mirror.ts';
import { compileWaysBack } from './compile-transform.ts';
import type { RouteConditions } from './route-conditions.ts';
import type { RouteEntry, RouteParameter } from './route-entry.ts';
import { buildRouteIndex } from './route-index.ts';
import type { Route, RouteTarget } from './route.ts';
import type { RuleTable } from './route-table.ts';
import { createShare, type Share } from './share.ts';

/**
 * Turns checked rules into the table that requests are matched against.
 *
 * @throws {RuleTableError} when the document did not come from `parseRules` and refers to what it does not have
 */
export function compileRules(document: RulesDocument): RuleTable {
  const compiled = {
    document,
    upstreams: compileUpstreams(document),
    capabilities: compileCapabilities(document),
    waysBack: compileWaysBack(document),
  };
  const share = createShare();
  const entries = document.routes.map((rule) => compileEntry(rule, compiled, share));
  return deepFreeze({
    upstreams: [...compiled.upstreams.values()],
    capabilities: [...compiled.capabilities.values()],
    routes: entries.map(({ route }) => route),
    fallback: compileDestination(document.defaults.upstream, compiled),
    defaultSubject: document.defaults.subject,
    unmatched: { kind: 'unmatched', subject: document.defaults.subject, limits: compileLimits(document) },
    index: buildRouteIndex(entries),
  });
}

function compileEntry(rule: RouteRule, compiled: Compiled, share: Share): RouteEntry {
  const pattern = parsePathPattern(rule.path);
  if (pattern.kind === 'bad') throw new RuleTableError(rule.id, pattern.message);
  const conditions = conditionsOf(rule, pattern.segments, compiled.document, share);
  return deepFreeze({
    route: compileRoute(rule, compiled),
    segments: pattern.segments,
    shape: share({ parameters: parametersOf(pattern.segments), isPlain: isPlain(conditions) }),
    conditions: share(conditions),
  });
}

function compileRoute(rule: RouteRule, compiled: Compiled): Route {
  const access = accessOf(rule);
  return {
    id: rule.id,
    methods: rule.methods,
    path: rule.path,
    host: rule.host,
    access: access === 'unclear' ? 'write' : access,
    scope: rule.scope,
    subject: rule.subject ?? compiled.document.defaults.subject,
    target: compileTarget(rule, compiled),
    limits: compileLimits(compiled.document, rule),
    cache: compileCache(rule.cache),
    headers: headersOf(rule),
    mediaType: rule.mediaType,
    aggregate: compileAggregate(rule),
    mirror: compileMirror(rule, compiled),
    allowedPaths: rule.paths?.allow ?? [],
  };
}

function compileTarget(rule: RouteRule, compiled: Compiled): RouteTarget {
  const { document, capabilities } = compiled;
  if (rule.capability === undefined)
    return {
      kind: 'fixed',
      destination: compileDestination(rule.upstream ?? document.defaults.upstream, compiled, rule),
    };
  const capability = capabilities.get(rule.capability);
  const ends = document.capabilities[rule.capability];
  if (!capability || !ends) throw new RuleTableError(rule.id, `There is no capability "${rule.capability}".`);
  return {
    kind: 'capability',
    capability,
    legacy: compileDestination(ends.legacy, compiled, rule),
    extracted: compileDestination(ends.extracted, compiled, rule),
  };
}

function parametersOf(segments: readonly PatternSegment[]): readonly RouteParameter[] {
  return segments.flatMap(({ kind, name }, index) =>
    kind === 'literal' ? [] : [{ name, index, isTail: kind === 'tail' }],
  );
}

function conditionsOf(
  rule: RouteRule,
  segments: readonly PatternSegment[],
  document: RulesDocument,
  share: Share,
): RouteConditions {
  const literals = segments.flatMap(({ kind, name }, index) => (kind === 'literal' ? [share({ index, name })] : []));
  return {
    spelling: isCaseSensitive(rule, document) ? literals : [],
    headers: share(headersOf(rule)),
    mediaType: rule.mediaType,
  };
}

function isPlain({ spelling, headers, mediaType }: RouteConditions): boolean {
  return headers.length === 0 && mediaType === undefined && spelling.every(({ name }) => name === name.toLowerCase());
}

function headersOf({ headers = {} }: RouteRule): RouteConditions['headers'] {
  return Object.entries(headers).map(([name, value]) => ({ name, value }));
}
