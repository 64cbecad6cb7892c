import type { RouteRule, RulesDocument, Side } from '../language/rules-document.ts';
import { groupBy } from '../group-by.ts';
import { parsePathPattern, type PatternSegment } from '../path/path-pattern.ts';
import { compilePathRewrite, type PathRewrite } from '../path/path-rewrite.ts';
import { RuleTableError } from '../rule-table-error.ts';
import type { HeaderChanges, Transform } from './transform.ts';

type TransformRule = NonNullable<RouteRule['transform']>;
type LayerRule = Omit<TransformRule, Side>;
type ChangesRule = NonNullable<LayerRule['request']>;

interface Target {
  readonly name: string;
  readonly side: Side;
}

/** By name of upstream: the rewrites of all routes that go there. */
export type WaysBack = ReadonlyMap<string, readonly PathRewrite[]>;

/** What the route says for this side, else what it says for both; undefined when it says nothing. */
export function compileTransform(
  rule: RouteRule | undefined,
  target: Target,
  document: RulesDocument,
  waysBack: WaysBack,
): Transform | undefined {
  const layer = rule && layerOf(rule, target.side);
  if (!layer) return undefined;
  const { both, own } = layersOf(rule, target.side);
  return {
    path: rewriteOf(rule, target, document),
    request: compileChanges(both.request, own.request),
    answer: compileChanges(both.answer, own.answer),
    rewritesLocation: layer.location !== 'keep',
    waysBack: waysBack.get(target.name) ?? [],
    cookiePath: layer.cookiePath,
    cookieDomain: layer.cookieDomain,
  };
}

/** A side that creates a trip names its address, which is another route's: each route may be the way back. */
export function compileWaysBack(document: RulesDocument): WaysBack {
  const rewriting = document.routes.filter(({ transform }) => transform !== undefined);
  const pairs = rewriting.flatMap((rule) =>
    targetsOf(rule, document).flatMap((target) => {
      const rewrite = rewriteOf(rule, target, document);
      return rewrite ? [{ name: target.name, rewrite }] : [];
    }),
  );
  const byName = groupBy(pairs, ({ name }) => name);
  return new Map([...byName].map(([name, ofName]) => [name, ofName.map(({ rewrite }) => rewrite)]));
}

function targetsOf(rule: RouteRule, { upstreams, capabilities, defaults }: RulesDocument): readonly Target[] {
  const capability = rule.capability === undefined ? undefined : capabilities[rule.capability];
  const names = capability ? [capability.legacy, capability.extracted] : [rule.upstream ?? defaults.upstream];
  return names.flatMap((name) => {
    const upstream = upstreams[name];
    return upstream ? [{ name, side: upstream.side }] : [];
  });
}

function layersOf({ transform = {} }: RouteRule, side: Side): { readonly both: LayerRule; readonly own: LayerRule } {
  const { legacy, extracted, ...both } = transform;
  return { both, own: (side === 'legacy' ? legacy : extracted) ?? {} };
}

function layerOf(rule: RouteRule, side: Side): LayerRule | undefined {
  const { both, own } = layersOf(rule, side);
  const layer = { ...both, ...own };
  return Object.keys(layer).length === 0 ? undefined : layer;
}

/** Headers add up; where the two layers contradict each other, the side's own holds. */
function compileChanges(both: ChangesRule | undefined, own: ChangesRule | undefined): HeaderChanges | undefined {
  if (!both && !own) return undefined;
  const removedByOwn = new Set(own?.remove);
  const kept = Object.entries(both?.set ?? {}).filter(([name]) => !removedByOwn.has(name));
  const set = Object.entries({ ...Object.fromEntries(kept), ...own?.set });
  return { set, gone: new Set([...set.map(([name]) => name), ...(both?.remove ?? []), ...removedByOwn]) };
}

function rewriteOf(rule: RouteRule, { name, side }: Target, document: RulesDocument): PathRewrite | undefined {
  const path = layerOf(rule, side)?.path;
  if (path === undefined) return undefined;
  const ignoresCase = document.upstreams[name]?.caseSensitivePaths === false;
  return compilePathRewrite(segmentsOf(rule, rule.path), segmentsOf(rule, path), ignoresCase);
}

function segmentsOf(rule: RouteRule, path: string): readonly PatternSegment[] {
  const pattern = parsePathPattern(path);
  if (pattern.kind === 'bad') throw new RuleTableError(rule.id, pattern.message);
  return pattern.segments;
}
