import type { Metrics } from '@banyan/platform';
import type { Tally } from './tally.ts';

/** One set per process, shared by all directions: a metric name can be registered once. */
export interface SinkMetrics {
  count(direction: string, tallies: readonly Tally[]): void;
  observeApply(direction: string, seconds: number): void;
  observeLag(direction: string, seconds: number): void;
  observeParked(direction: string, count: number): void;
  countFailure(direction: string, retry: 'timed' | 'manual' | 'never'): void;
}

export function createSinkMetrics(metrics: Metrics): SinkMetrics {
  const changes = metrics.counter('sync_changes_total', 'Changes by what became of them.', [
    'direction',
    'pipeline',
    'outcome',
  ]);
  const parked = metrics.gauge('sync_parked_changes', 'Changes that wait in stopped lanes now.', ['direction']);
  const applies = metrics.histogram('sync_apply_seconds', 'Time of one batch in the target database.', ['direction']);
  const lag = metrics.gauge('sync_lag_seconds', 'Commit on the source to commit on the target, last batch.', [
    'direction',
  ]);
  const failures = metrics.counter('sync_batch_failures_total', 'Batches handed back to the bus.', [
    'direction',
    'retry',
  ]);

  return {
    count(direction, tallies) {
      for (const { pipeline, appliedCount, staleCount, parkedCount } of tallies) {
        changes.inc({ direction, pipeline, outcome: 'applied' }, appliedCount);
        changes.inc({ direction, pipeline, outcome: 'stale' }, staleCount);
        if (parkedCount > 0) changes.inc({ direction, pipeline, outcome: 'parked' }, parkedCount);
      }
    },
    observeApply: (direction, seconds) => applies.observe({ direction }, seconds),
    observeLag: (direction, seconds) => lag.set({ direction }, seconds),
    observeParked: (direction, count) => parked.set({ direction }, count),
    countFailure: (direction, retry) => failures.inc({ direction, retry }),
  };
}
