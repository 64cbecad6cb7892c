import type { Lifecycle, Logger } from '@banyan/platform';
import type { FacadeConfig } from './config.ts';
import { systemLookUp } from './forward/instances/watch-addresses.ts';
import { createUpstreams, type Upstreams } from './forward/upstreams.ts';

export interface ComposeUpstreamsParts {
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
}

// Below the 5 s after which Node's own servers drop an idle connection: the facade ends it first, and meets few stale ones.
const idleMs = 4_000;

export function composeUpstreams(config: FacadeConfig, { log, lifecycle }: ComposeUpstreamsParts): Upstreams {
  const upstreams = createUpstreams({
    limits: { connectionCount: config.upstreamConnectionsLimit, headerBytes: config.headerBytesLimit, idleMs },
    lookUp: systemLookUp,
    random: Math.random,
    log,
  });
  lifecycle.onClose('upstreams', () => upstreams.close());
  return upstreams;
}
