import type { FacadeConfig } from './config.ts';
import type { FacadeMetrics } from './facade-metrics.ts';
import type { TrustedPeers } from './identity/trusted-peers.ts';
import { createAdmit, type Admit } from './limits/admit.ts';
import { createRequestBuckets } from './limits/request-buckets.ts';

export interface ComposeLimitsParts {
  readonly metrics: Pick<FacadeMetrics, 'limitedCallersForgotten' | 'onLimitedCallers'>;
  readonly trustedPeers: TrustedPeers;
}

/** What the rules let one caller take. */
export function composeLimits(
  { limitedCallersLimit: callersLimit }: Pick<FacadeConfig, 'limitedCallersLimit'>,
  { metrics, trustedPeers }: ComposeLimitsParts,
): Admit {
  const buckets = createRequestBuckets({
    callersLimit,
    nowMs: () => performance.now(),
    onForgotten: () => metrics.limitedCallersForgotten.inc(),
  });
  metrics.onLimitedCallers(() => buckets.callerCount);
  return createAdmit({ buckets, trustedPeers });
}
