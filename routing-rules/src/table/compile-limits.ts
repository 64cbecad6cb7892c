import type { RouteRule, RulesDocument } from '../language/rules-document.ts';
import type { RequestLimit, RouteLimits } from './limits.ts';

type LimitsRule = NonNullable<RouteRule['limits']>;

interface Layer extends Pick<RequestLimit, 'name' | 'place'> {
  readonly limits: LimitsRule | undefined;
}

/** The limits of a route, or of what no route matches: what it says itself, else its capability, else the defaults. */
export function compileLimits(document: RulesDocument, rule?: RouteRule): RouteLimits | undefined {
  const layers: readonly Layer[] = [...ownLayers(document, rule), defaultLayer(document)];
  const bodyBytes = layers.find(({ limits }) => limits?.bodyBytes !== undefined)?.limits?.bodyBytes;
  const limits = {
    bodyBytes: bodyBytes === 'none' ? undefined : bodyBytes,
    requests: compileRequests(layers.find((layer) => layer.limits?.requests !== undefined)),
  };
  return limits.bodyBytes === undefined && limits.requests === undefined ? undefined : limits;
}

function ownLayers({ capabilities }: RulesDocument, rule: RouteRule | undefined): readonly Layer[] {
  if (!rule) return [];
  const own: Layer = { name: rule.id, place: 'route', limits: rule.limits };
  const { capability: name } = rule;
  if (name === undefined) return [own];
  return [own, { name, place: 'capability', limits: capabilities[name]?.limits }];
}

function defaultLayer({ defaults }: RulesDocument): Layer {
  return { name: 'defaults', place: 'defaults', limits: defaults.limits };
}

function compileRequests(layer: Layer | undefined): RequestLimit | undefined {
  const requests = layer?.limits?.requests;
  if (!layer || !requests || requests.perSecond === 'none') return undefined;
  const { name, place } = layer;
  const { perSecond, burst = Math.max(1, Math.ceil(perSecond)), by = 'subject' } = requests;
  return { name, place, perSecond, burst, by };
}
