import type { Metrics } from '@banyan/platform';

export function createLimitMetrics(metrics: Metrics) {
  let countCallers = (): number => 0;
  metrics.gauge('facade_limited_callers', 'Callers whose requests are counted for a limit.', [], (gauge) =>
    gauge.set(countCallers()),
  );
  return {
    /** Tells how many there are, whenever somebody reads it. */
    onLimitedCallers: (count: () => number): void => {
      countCallers = count;
    },
    limitedCallersForgotten: metrics.counter(
      'facade_limited_callers_forgotten_total',
      'Callers above FACADE_LIMITED_CALLERS: whoever was silent for longest starts with a full budget again.',
    ),
  };
}
