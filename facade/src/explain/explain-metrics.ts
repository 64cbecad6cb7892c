import type { Metrics } from '@banyan/platform';

export function createExplainMetrics(metrics: Metrics) {
  return {
    explanations: metrics.counter(
      'facade_explanations_total',
      'Requests that asked for their explanation at the public port.',
      ['answer'],
    ),
  };
}
