import { mirroredUpstreams, type RuleTable } from '@banyan/routing-rules';
import { composeMirrors } from './compose-mirrors.ts';
import { composeCandidates, composeUpstreams, type ComposeUpstreamsParts } from './compose-upstreams.ts';
import type { FacadeConfig } from './config.ts';
import { createExchanges } from './forward/exchanges.ts';
import { createUpgrader } from './forward/upgrade.ts';
import { candidateUpstream } from './mirror/candidate-upstream.ts';
import type { MirrorMetrics } from './mirror/mirror-metrics.ts';

export interface ComposeForwardingParts extends ComposeUpstreamsParts {
  readonly metrics: MirrorMetrics;
}

/** What reaches a side: the upstreams, and the exchanges with them, of which copies are made where a rule says so. */
export function composeForwarding(config: FacadeConfig, parts: ComposeForwardingParts) {
  const { lifecycle } = parts;
  const upstreams = composeUpstreams(config, parts);
  const candidates = composeCandidates(config, parts);
  const upgrader = createUpgrader({ limit: config.upgradesLimit });
  lifecycle.onClose('upgrades', () => upgrader.close());
  const means = { upgrader, headBytesLimit: config.headerBytesLimit };
  const copies = createExchanges({ ...means, upstreams: candidates });
  return {
    upstreams,
    exchanges: composeMirrors(config, { ...parts, exchanges: createExchanges({ ...means, upstreams }), copies }),
    /** Opens what the rules in force name. */
    onTable: (table: RuleTable): void => {
      upstreams.retain(table.upstreams);
      candidates.retain(mirroredUpstreams(table).map(candidateUpstream));
    },
  };
}
