import type { Metrics } from '@banyan/platform';

/** @param openCount - 1 where the process serves by itself */
export function createWorkerMetrics(metrics: Metrics, openCount: () => number) {
  metrics.gauge('facade_workers_open', 'Workers that serve now; 1 for a facade without workers.', [], (gauge) =>
    gauge.set(openCount()),
  );
  return {
    crashes: metrics.counter(
      'facade_worker_crashes_total',
      'Workers that ended without being told to, and were replaced.',
    ),
  };
}
