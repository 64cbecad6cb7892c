import type { Logger } from '@banyan/platform';
import type { FacadeConfig } from './config.ts';
import { createExplainAsker } from './explain/explain-asker.ts';
import { createExplainer, type Explainer } from './explain/explainer.ts';
import type { Authorities } from './explain/explanation.ts';
import type { FacadeMetrics } from './facade-metrics.ts';
import { sharesOf } from './flags/flag-shares.ts';
import type { FlagSource } from './flags/flag-source.ts';
import type { Upstreams } from './forward/upstreams.ts';

/** What decides, and what is known about it. */
export function composeStanding(
  reading: Pick<Authorities, 'rules' | 'flags' | 'overrides' | 'guard' | 'ownership'>,
  flagSource: FlagSource,
  upstreams: Upstreams,
): Authorities & { readonly upstreamStatus: Upstreams['status'] } {
  return {
    ...reading,
    flagStatus: () => flagSource.status(),
    flagShares: (flag) => sharesOf(flagSource.definition(flag), flag),
    instancesOf: (upstream) => upstreams.of(upstream).status(),
    upstreamStatus: () => upstreams.status(),
  };
}

export interface ComposeExplainerParts {
  readonly authorities: Authorities;
  readonly metrics: Pick<FacadeMetrics, 'explanations'>;
  readonly log: Logger;
}

export function composeExplainer(
  config: FacadeConfig,
  { authorities, metrics, log }: ComposeExplainerParts,
): Explainer {
  return createExplainer({
    authorities,
    asker: createExplainAsker({ token: config.explainToken ?? config.adminToken, nowMs: () => performance.now() }),
    onAsked: (answer) => metrics.explanations.inc({ answer }),
    log,
  });
}
