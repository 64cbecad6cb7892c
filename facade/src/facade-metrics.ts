import type { Metrics } from '@banyan/platform';
import { createAggregateMetrics } from './aggregate/aggregate-metrics.ts';
import { createCacheMetrics } from './cache/cache-metrics.ts';
import { createExplainMetrics } from './explain/explain-metrics.ts';
import { createLimitMetrics } from './limits/limit-metrics.ts';
import { createMirrorMetrics } from './mirror/mirror-metrics.ts';
import { createOrderMetrics } from './overrides/order-metrics.ts';
import { createLongLivedMetrics } from './long-lived/long-lived-metrics.ts';

/** Every metric of the facade beside those of the process. Labels have few values: rule ids, sides, outcome labels. */
export function createFacadeMetrics(metrics: Metrics) {
  return {
    inFlight: countInFlight(metrics),
    requests: metrics.tally('facade_requests_total', 'Requests by rule, side, class of status and outcome.', [
      'rule',
      'side',
      'status_class',
      'outcome',
    ]),
    durations: metrics.timing(
      'facade_request_duration_seconds',
      'Time from the head of a request to the end of its answer.',
      ['rule', 'side'],
    ),
    ...createLongLivedMetrics(metrics),
    ...createLimitMetrics(metrics),
    ...createCacheMetrics(metrics),
    ...createAggregateMetrics(metrics),
    ...createMirrorMetrics(metrics),
    fallbacks: metrics.counter(
      'facade_fallbacks_total',
      'Reads that legacy served because the extracted side failed.',
      ['rule', 'outcome'],
    ),
    decisions: metrics.tally(
      'facade_decisions_total',
      'Decisions that were followed, by capability, side and reason; without requests that a limit refused, whose side was never asked.',
      ['capability', 'side', 'reason'],
    ),
    refusals: metrics.counter('facade_refusals_total', 'Messages refused before anything was decided.', ['reason']),
    ...createExplainMetrics(metrics),
    ...createRulesMetrics(metrics),
    ...createOrderMetrics(metrics),
    guardAlarms: metrics.gauge('facade_guard_alarms', 'Alarms of guards in force: their scopes are served by legacy.'),
    flagAge: metrics.gauge(
      'flag_data_age_seconds',
      'Since the flag server last confirmed the flags in memory; +Inf without any.',
    ),
    flagPollersReplaced: metrics.counter(
      'facade_flag_pollers_replaced_total',
      'Flag pollers that had no success and were replaced.',
    ),
  };
}

function createRulesMetrics(metrics: Metrics) {
  return {
    rulesRevision: metrics.gauge(
      'facade_rules_revision',
      'Number of the rules in force, counted from the start of the process.',
    ),
    rulesRefused: metrics.counter(
      'facade_rules_refused_total',
      'Files of rules that were refused; the last good rules stay in force.',
    ),
  };
}

/** Counted with every request, and handed over when it is read. */
function countInFlight(metrics: Metrics): { count: number } {
  const inFlight = { count: 0 };
  metrics.gauge('facade_requests_in_flight', 'Requests that are being served now.', [], (gauge) =>
    gauge.set(inFlight.count),
  );
  return inFlight;
}

export type FacadeMetrics = ReturnType<typeof createFacadeMetrics>;
