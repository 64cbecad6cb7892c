import { unobserved } from '../forward/instances/observer.ts';
import { systemLookUp } from '../forward/instances/watch-addresses.ts';
import { createUpstreams, type Upstreams, type UpstreamsParts } from '../forward/upstreams.ts';

const limits = { connectionCount: 64, waitingCount: 1_000, headerBytes: 16_384, idleMs: 60_000 };

/** Upstreams with patient limits, of which a test says only what it is about. */
export function startUpstreams(parts: Partial<UpstreamsParts> = {}): Upstreams {
  const nowMs = (): number => performance.now();
  return createUpstreams({ limits, lookUp: systemLookUp, random: Math.random, nowMs, observer: unobserved, ...parts });
}
