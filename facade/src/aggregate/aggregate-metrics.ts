import type { Metrics } from '@banyan/platform';

export function createAggregateMetrics(metrics: Metrics) {
  return {
    aggregateParts: metrics.counter(
      'facade_aggregate_parts_total',
      'Parts of aggregates, by rule, part, side and what became of them.',
      ['rule', 'part', 'side', 'outcome'],
    ),
  };
}

export type AggregateMetrics = ReturnType<typeof createAggregateMetrics>;
