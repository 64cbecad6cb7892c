import type { Lifecycle, Logger, Metrics } from '@banyan/platform';
import type { FacadeConfig } from './config.ts';
import { unobserved, type UpstreamObserver } from './forward/instances/observer.ts';
import { systemLookUp } from './forward/instances/watch-addresses.ts';
import { createUpstreams, type Upstreams } from './forward/upstreams.ts';
import { observeUpstreams } from './observe-upstreams.ts';
import { createUpstreamMetrics } from './upstream-metrics.ts';

export interface ComposeUpstreamsParts {
  readonly log: Logger;
  readonly registry: Metrics;
  readonly lifecycle: Lifecycle;
}

// Below the 5 s after which Node's own servers drop an idle connection: the facade ends it first, and meets few stale ones.
const idleMs = 4_000;

export function composeUpstreams(config: FacadeConfig, { log, registry, lifecycle }: ComposeUpstreamsParts): Upstreams {
  const upstreams: Upstreams = openUpstreams(
    config,
    observeUpstreams(log, () => metrics),
  );
  const metrics = createUpstreamMetrics(registry, () => upstreams.status());
  lifecycle.onClose('upstreams', () => upstreams.close());
  return upstreams;
}

/** The same servers for copies: connections, breakers and passive health of their own. What live traffic meets is told already. */
export function composeCandidates(config: FacadeConfig, { lifecycle }: Pick<ComposeUpstreamsParts, 'lifecycle'>) {
  const candidates = openUpstreams(config, unobserved);
  lifecycle.onClose('candidates', () => candidates.close());
  return candidates;
}

function openUpstreams(config: FacadeConfig, observer: UpstreamObserver): Upstreams {
  return createUpstreams({
    limits: {
      connectionCount: config.upstreamConnectionsLimit,
      waitingCount: config.upstreamWaitingLimit,
      headerBytes: config.headerBytesLimit,
      idleMs,
    },
    lookUp: systemLookUp,
    random: Math.random,
    nowMs: () => performance.now(),
    observer,
  });
}
