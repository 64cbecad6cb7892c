import type { Logger } from '@banyan/platform';
import type { UpstreamObserver } from './forward/instances/observer.ts';
import type { UpstreamMetrics } from './upstream-metrics.ts';

/** Log lines and counters of what happens to upstreams. Every change of a state is a line; no request is one. */
export function observeUpstreams(log: Logger, metrics: () => UpstreamMetrics): UpstreamObserver {
  return {
    resolved: (upstream, host, addresses) =>
      log.info({ event: 'upstream.resolved', upstream, host, addresses }, 'the addresses of an upstream'),
    unresolved: (upstream, host, code) =>
      log.warn({ event: 'upstream.unresolved', upstream, host, code }, 'the last good addresses stay in use'),
    insecure: (upstream) =>
      log.warn({ event: 'upstream.insecure', upstream }, 'certificates of this upstream are not checked'),
    retried: (upstream, reason) => metrics().retries.inc({ upstream, reason }),
    budgetExhausted: (upstream) => metrics().exhaustions.inc({ upstream }),
    breakerTurned: (upstream, instance, to, openMs) => {
      metrics().breakerTurns.inc({ upstream, instance, to });
      const fields = { event: 'upstream.breaker-turned', upstream, instance, to };
      if (to === 'open') log.warn({ ...fields, openMs }, 'the instance fails and gets no requests');
      else log.info(fields, to === 'closed' ? 'the instance works again' : 'a request finds out whether it works');
    },
    unreachable: (upstream, instance, code) =>
      log.warn({ event: 'upstream.unreachable', upstream, instance, code }, 'no connection to the instance'),
    ejected: (upstream, instance, forMs) => {
      metrics().ejections.inc({ upstream, instance });
      log.warn({ event: 'upstream.ejected', upstream, instance, forMs }, 'the instance fails; others serve for a time');
    },
    healthChanged: (upstream, instance, isHealthy) => {
      const fields = { event: 'upstream.health-changed', upstream, instance, isHealthy };
      if (isHealthy) log.info(fields, 'the instance is healthy by its checks');
      else log.warn(fields, 'the instance is unhealthy by its checks');
    },
  };
}
