import type { Metrics } from '@banyan/platform';

export function createLongLivedMetrics(metrics: Metrics) {
  return {
    openUpgrades: metrics.gauge('facade_upgrades_open', 'Upgraded connections that are open now, by side.', ['side']),
    openStreams: metrics.gauge('facade_streams_open', 'Answers without an end that are open now, by side.', ['side']),
    longLivedEnded: metrics.counter(
      'facade_long_lived_ended_total',
      'WebSockets and streams that the facade ended, by kind and reason.',
      ['kind', 'why'],
    ),
    longLivedUnwatched: metrics.counter(
      'facade_long_lived_unwatched_total',
      'WebSockets and streams above FACADE_LONG_LIVED: they stay open when their scope is rolled back.',
    ),
  };
}
