import { RuleTableError } from '../rule-table-error.ts';
import type { RouteRule, RulesDocument } from '../language/rules-document.ts';
import { compileTransform, type WaysBack } from './compile-transform.ts';
import { compileUpstream } from './compile-upstream.ts';
import type { Capability, Destination, Timeouts, Upstream } from './route.ts';

export interface Compiled {
  readonly document: RulesDocument;
  readonly upstreams: ReadonlyMap<string, Upstream>;
  readonly capabilities: ReadonlyMap<string, Capability>;
  readonly waysBack: WaysBack;
}

const languageTimeouts = {
  connectMs: 1_000,
  headersMs: 10_000,
  bodyIdleMs: 30_000,
  totalMs: 60_000,
  upgradeIdleMs: 600_000,
} as const;

/** An upstream with its timeouts: what the route says, else the upstream, else the defaults, else the language. */
export function compileDestination(name: string, compiled: Compiled, route?: RouteRule): Destination {
  const { document, waysBack } = compiled;
  const upstream = compiled.upstreams.get(name);
  if (!upstream) throw new RuleTableError(route?.id ?? 'defaults', `There is no upstream "${name}".`);
  const layers = [route?.timeouts, document.upstreams[name]?.timeouts, document.defaults.timeouts];
  const transform = compileTransform(route, upstream, document, waysBack);
  return { upstream, timeouts: mergeTimeouts(layers), transform };
}

export function compileUpstreams({ upstreams }: RulesDocument): ReadonlyMap<string, Upstream> {
  return new Map(Object.entries(upstreams).map(([name, rule]) => [name, compileUpstream(name, rule)]));
}

/** @param layers - the closest first */
function mergeTimeouts(layers: readonly RouteRule['timeouts'][]): Timeouts {
  const closest = <Name extends keyof Timeouts>(name: Name) =>
    layers.find((layer) => layer?.[name] !== undefined)?.[name] ?? languageTimeouts[name];
  const totalMs = closest('totalMs');
  return {
    connectMs: closest('connectMs'),
    headersMs: closest('headersMs'),
    bodyIdleMs: closest('bodyIdleMs'),
    totalMs: totalMs === 'none' ? undefined : totalMs,
    upgradeIdleMs: closest('upgradeIdleMs'),
  };
}

export function compileCapabilities({ capabilities }: RulesDocument): ReadonlyMap<string, Capability> {
  return new Map(
    Object.entries(capabilities).map(([name, { flag, stage, handover, anonymous, rollout }]) => [
      name,
      { name, flag, stage, handover, anonymous, rollout: rollout && { ...rollout, salt: rollout.salt ?? flag } },
    ]),
  );
}
