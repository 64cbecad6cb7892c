import type { Metrics } from '@banyan/platform';

export function createMirrorMetrics(metrics: Metrics) {
  const of = ['rule', 'upstream'] as const;
  let countUnderWay = (): number => 0;
  metrics.gauge('facade_mirrors_in_flight', 'Copies of requests that are under way now.', [], (gauge) =>
    gauge.set(countUnderWay()),
  );
  return {
    onMirrors: (count: () => number): void => {
      countUnderWay = count;
    },
    mirrored: metrics.counter(
      'facade_mirrored_total',
      'Copies of requests that were sent to a candidate, by what became of them.',
      [...of, 'status_class', 'outcome'],
    ),
    mirroredDurations: metrics.timing(
      'facade_mirrored_duration_seconds',
      'Time from the sending of a copy to the end of its answer.',
      of,
    ),
    mirrorsSkipped: metrics.counter(
      'facade_mirrors_skipped_total',
      'Requests that a rule would have copied and that were not, by why not.',
      ['rule', 'reason'],
    ),
  };
}

export type MirrorMetrics = ReturnType<typeof createMirrorMetrics>;

/** `loop`: it is a copy itself. `not-served`: nobody got the answer it would stand beside. `endless`: that answer has no end. */
export type SkipReason =
  'loop' | 'body-too-large' | 'body-incomplete' | 'no-memory' | 'not-served' | 'endless' | 'too-many' | 'closing';
