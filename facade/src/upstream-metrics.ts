import type { Metrics } from '@banyan/platform';
import type { InstanceState } from './forward/instances/instance.ts';
import type { UpstreamStatus } from './forward/upstreams.ts';

const stateNumbers: Readonly<Record<InstanceState, number>> = {
  'in-use': 0,
  ejected: 1,
  unhealthy: 2,
  'half-open': 3,
  open: 4,
};

/**
 * What is known of upstreams and their instances.
 *
 * @param read - asked whenever the metrics are read
 */
export function createUpstreamMetrics(metrics: Metrics, read: () => readonly UpstreamStatus[]) {
  const of = ['upstream', 'instance'] as const;
  metrics.gauge(
    'facade_upstream_instance_state',
    'State of an instance: 0 in use, 1 ejected, 2 unhealthy by its checks, 3 breaker half-open, 4 breaker open.',
    of,
    (gauge) => {
      gauge.reset();
      for (const { upstream, instances } of read())
        for (const { instance, state } of instances) gauge.set({ upstream, instance }, stateNumbers[state]);
    },
  );
  metrics.gauge(
    'facade_upstream_outstanding',
    'Requests under way to an instance, WebSockets included.',
    of,
    (gauge) => {
      gauge.reset();
      for (const { upstream, instances } of read())
        for (const { instance, outstandingCount } of instances) gauge.set({ upstream, instance }, outstandingCount);
    },
  );
  return {
    breakerTurns: metrics.counter(
      'facade_upstream_breaker_turns_total',
      'Changes of a circuit breaker, by new state.',
      ['upstream', 'instance', 'to'],
    ),
    retries: metrics.counter('facade_retries_total', 'Requests that were sent again, by what had failed.', [
      'upstream',
      'reason',
    ]),
    exhaustions: metrics.counter(
      'facade_retry_budget_exhausted_total',
      'Requests that were not sent again because too many had been.',
      ['upstream'],
    ),
    ejections: metrics.counter('facade_upstream_ejections_total', 'Times that failures took an instance out.', of),
  };
}

export type UpstreamMetrics = ReturnType<typeof createUpstreamMetrics>;
