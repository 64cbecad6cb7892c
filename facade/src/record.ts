import type { Logger } from '@banyan/platform';
import type { Decision, Side } from '@banyan/routing-rules';
import type { FacadeMetrics } from './facade-metrics.ts';
import { outcomeLabel, type ForwardOutcome } from './forward/outcome.ts';
import type { Caller } from './identity/identify.ts';

/** One served request, as the operator sees it: never its path, query, headers or body. */
export interface Served {
  readonly method: string;
  readonly requestId: string;
  readonly traceId: string;
  readonly caller: Pick<Caller, 'source'>;
  readonly decision: Decision;
  /** The side that was asked last. */
  readonly side: Side;
  /** Of the exchange that answered, or of the last one that failed. */
  readonly outcome: ForwardOutcome;
  /** How the extracted side failed, when legacy served instead. */
  readonly fellBackFrom: ForwardOutcome | undefined;
  /** What the client got; 499 when it left, 0 when an answer was broken off without a status of its own. */
  readonly status: number;
  readonly durationMs: number;
}

export interface Refused {
  readonly method: string;
  readonly requestId: string;
  readonly reason: string;
  readonly status: number;
}

export interface Recorder {
  served(served: Served): void;
  refused(refused: Refused): void;
}

const noRule = 'default';

export function createRecorder(log: Logger, metrics: FacadeMetrics): Recorder {
  return {
    served(served) {
      count(metrics, served);
      const { decision, outcome, fellBackFrom } = served;
      log.info(
        {
          event: 'request.served',
          requestId: served.requestId,
          traceId: served.traceId,
          method: served.method,
          rule: decision.routeId ?? noRule,
          capability: decision.capability,
          side: served.side,
          reason: decision.reason.kind,
          caller: served.caller.source,
          status: served.status,
          outcome: outcomeLabel(outcome),
          code: 'code' in outcome ? outcome.code : undefined,
          fellBackFrom: fellBackFrom && outcomeLabel(fellBackFrom),
          durationMs: Math.round(served.durationMs * 10) / 10,
        },
        'request served',
      );
    },
    refused({ method, requestId, reason, status }) {
      metrics.refusals.inc({ reason });
      log.info({ event: 'request.refused', requestId, method, reason, status }, 'request refused');
    },
  };
}

function count(metrics: FacadeMetrics, served: Served): void {
  const { decision, side, outcome, fellBackFrom, status, durationMs } = served;
  const rule = decision.routeId ?? noRule;
  metrics.requests.inc({ rule, side, status_class: classOf(status), outcome: outcomeLabel(outcome) });
  metrics.durations.observe({ rule, side }, durationMs / 1000);
  metrics.decisions.inc({
    capability: decision.capability ?? 'none',
    side: decision.side,
    reason: decision.reason.kind,
  });
  if (!fellBackFrom) return;
  metrics.fallbacks.inc({ rule, outcome: outcomeLabel(fellBackFrom) });
  // The extracted side's failure is a request of that side too, or its error rate would look good.
  metrics.requests.inc({ rule, side: decision.side, status_class: 'none', outcome: outcomeLabel(fellBackFrom) });
}

function classOf(status: number): string {
  return status === 0 ? 'none' : `${Math.floor(status / 100)}xx`;
}
