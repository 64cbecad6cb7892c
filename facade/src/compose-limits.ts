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
  {
    limitedCallersLimit: callersLimit,
    bodyBytesPerSecond: bytesPerSecond,
    bodyRateMs: windowMs,
  }: Pick<FacadeConfig, 'limitedCallersLimit' | 'bodyBytesPerSecond' | 'bodyRateMs'>,
  { metrics, trustedPeers }: ComposeLimitsParts,
): Admit {
  const buckets = createRequestBuckets({
    callersLimit,
    nowMs: () => performance.now(),
    onForgotten: () => metrics.limitedCallersForgotten.inc(),
  });
  metrics.onLimitedCallers(() => buckets.callerCount);
  const pace = bytesPerSecond === 0 ? undefined : { bytesPerSecond, windowMs };
  return createAdmit({ buckets, trustedPeers, pace });
}
