import { logSeries, type Logger, type Tally, type Timing, type WriteLine } from '@banyan/platform';
import type { Decision, Side } from '@banyan/routing-rules';
import type { Passport } from './arrival/introduce.ts';
import type { FacadeMetrics } from './facade-metrics.ts';
import { isRefusedByLimit, outcomeLabel, statusClassOf, type ForwardOutcome } from './forward/outcome.ts';
import type { Caller } from './identity/identify.ts';

/** One served request, as the operator sees it: never its path, query, headers or body. */
export interface Served {
  readonly method: string;
  readonly passport: Pick<Passport, 'requestId' | 'traceId'>;
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

/** What tells series of completed requests apart, besides their rule and the side that served them. */
interface Looks {
  readonly capability: string | undefined;
  readonly method: string;
  readonly status: number;
  readonly decidedSide: Side;
  readonly reason: string;
  readonly source: string;
}

/** What all requests have in common that look the same to the operator. */
interface Series {
  /** Undefined for those that failed, or that fell back. */
  readonly looks: Looks | undefined;
  readonly requests: Tally;
  /** Undefined for those that a limit refused: their side was never asked. */
  readonly decisions: Tally | undefined;
  readonly durations: Timing;
  readonly writeLine: WriteLine;
}

// Rules × sides × statuses that occur; beyond it the oldest way of all is taken: start again.
const seriesLimit = 4_096;

/**
 * @param flagAgeSeconds - as it was at the last tick, so that no request reads a clock for it; written where a flag was asked
 */
export function createRecorder(
  log: Logger,
  metrics: FacadeMetrics,
  flagAgeSeconds: () => number | undefined,
): Recorder {
  const known = new Map<string, Series>();
  // By rule: most requests look as the one before did, and to compare is quicker than to put a key together.
  const latest = { legacy: new Map<string, Series>(), extracted: new Map<string, Series>() };
  const byKey = (served: Served): Series => {
    const key = keyOf(served);
    const found = known.get(key);
    if (found) return found;
    if (known.size >= seriesLimit) known.clear();
    const made = seriesFor(served, log, metrics);
    known.set(key, made);
    return made;
  };
  const seriesOf = (served: Served): Series => {
    const ofSide = latest[served.side];
    const rule = served.decision.routeId ?? noRule;
    const before = ofSide.get(rule);
    if (before && looksAlike(served, before.looks)) return before;
    const found = byKey(served);
    if (ofSide.size >= seriesLimit) ofSide.clear();
    ofSide.set(rule, found);
    return found;
  };
  return {
    served(served) {
      const { requests, decisions, durations, writeLine } = seriesOf(served);
      const { passport, durationMs, fellBackFrom } = served;
      requests.count += 1;
      if (decisions) decisions.count += 1;
      durations.observe(durationMs / 1000);
      if (fellBackFrom) countFallback(metrics, served, fellBackFrom);
      writeLine(passport.requestId, passport.traceId, Math.round(durationMs * 10) / 10, flagAgeSeconds());
    },
    refused({ method, requestId, reason, status }) {
      metrics.refusals.inc({ reason });
      log.info({ event: 'request.refused', requestId, method, reason, status }, 'request refused');
    },
  };
}

function isPlain({ outcome, fellBackFrom }: Served): boolean {
  return outcome.kind === 'completed' && !fellBackFrom;
}

function looksAlike(served: Served, looks: Looks | undefined): boolean {
  const { decision, caller } = served;
  return (
    looks?.status === served.status &&
    looks.method === served.method &&
    looks.source === caller.source &&
    looks.reason === decision.reason.kind &&
    looks.decidedSide === decision.side &&
    looks.capability === decision.capability &&
    isPlain(served)
  );
}

function looksOf(served: Served): Looks {
  const { method, status, decision, caller } = served;
  const { capability, side: decidedSide, reason } = decision;
  return { capability, method, status, decidedSide, reason: reason.kind, source: caller.source };
}

function keyOf(served: Served): string {
  const { method, caller, decision, side, outcome, fellBackFrom, status } = served;
  const { routeId = '', capability = '', reason } = decision;
  const usual = `${routeId}\n${capability}\n${method} ${status} ${side} ${decision.side} ${reason.kind} ${caller.source}`;
  if (isPlain(served)) return usual;
  return `${usual} ${outcomeLabel(outcome)} ${codeIn(outcome) ?? ''} ${fellBackFrom ? outcomeLabel(fellBackFrom) : ''}`;
}

function seriesFor(served: Served, log: Logger, metrics: FacadeMetrics): Series {
  const { decision, side, outcome, status } = served;
  const rule = decision.routeId ?? noRule;
  return {
    looks: isPlain(served) ? looksOf(served) : undefined,
    requests: metrics.requests.child({
      rule,
      side,
      status_class: statusClassOf(status),
      outcome: outcomeLabel(outcome),
    }),
    decisions: isRefusedByLimit(outcome) ? undefined : metrics.decisions.child(decisionLabels(decision)),
    durations: metrics.durations.child({ rule, side }),
    writeLine: logSeries(log, 'info', {
      fields: fieldsOf(served),
      varying: ['requestId', 'traceId', 'durationMs', ...(decision.flag === undefined ? [] : ['flagAgeSeconds'])],
      // Made here, or taken only in this form: see `introduce`.
      plain: ['requestId', 'traceId'],
      message: 'request served',
    }),
  };
}

function decisionLabels({ capability = 'none', side, reason }: Decision) {
  return { capability, side, reason: reason.kind };
}

function fieldsOf({ method, caller, decision, side, outcome, fellBackFrom, status }: Served) {
  return {
    event: 'request.served',
    method,
    rule: decision.routeId ?? noRule,
    capability: decision.capability,
    side,
    reason: decision.reason.kind,
    caller: caller.source,
    status,
    outcome: outcomeLabel(outcome),
    code: codeIn(outcome),
    fellBackFrom: fellBackFrom && outcomeLabel(fellBackFrom),
  };
}

function codeIn(outcome: ForwardOutcome): string | undefined {
  return 'code' in outcome ? outcome.code : undefined;
}

function countFallback(metrics: FacadeMetrics, { decision }: Served, fellBackFrom: ForwardOutcome): void {
  const rule = decision.routeId ?? noRule;
  const outcome = outcomeLabel(fellBackFrom);
  metrics.fallbacks.inc({ rule, outcome });
  // The extracted side's failure is a request of that side too, or its error rate would look good.
  metrics.requests.child({ rule, side: decision.side, status_class: 'none', outcome }).count += 1;
}
