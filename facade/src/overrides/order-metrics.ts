import type { Metrics } from '@banyan/platform';

export function createOrderMetrics(metrics: Metrics) {
  return {
    overrides: metrics.gauge('facade_overrides', 'Local orders in force.'),
    orderSharingAge: metrics.gauge(
      'facade_override_sharing_age_seconds',
      'Since this replica last knew the orders of all others; +Inf before the first time, 0 without a control database.',
    ),
    orderSharingFailures: metrics.counter(
      'facade_override_sharing_failures_total',
      'Exchanges of orders with the control database that failed; they are repeated.',
    ),
    orderLag: metrics.histogram(
      'facade_override_lag_seconds',
      'From giving an order at another replica to its being in force here, by the clocks of both.',
    ),
  };
}
