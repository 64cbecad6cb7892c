import type { Metrics } from '@banyan/platform';

export function createCacheMetrics(metrics: Metrics) {
  return {
    cacheRequests: metrics.counter(
      'facade_cache_requests_total',
      'Requests of routes that keep answers: hit, miss, revalidated, or bypass for what only the side can answer.',
      ['rule', 'result'],
    ),
    cacheBytes: metrics.gauge('facade_cache_bytes', 'Memory of kept answers, and of those on their way.'),
  };
}

export type CacheMetrics = ReturnType<typeof createCacheMetrics>;
export type CacheResult = 'hit' | 'miss' | 'revalidated' | 'bypass';
