/**
 * How one exchange with a side ended. The phase says how far it came:
 * `connect`: not a byte was sent, so nothing was processed; `headers`: sent, no answer yet; `body`: the client already has the head of the answer.
 */
export type ForwardOutcome =
  | { readonly kind: 'completed'; readonly status: number }
  /** No instance of the side may be asked now; nothing was sent. */
  | { readonly kind: 'unavailable' }
  /** As many requests wait for a connection to it as may; nothing was sent. */
  | { readonly kind: 'overloaded' }
  /** The side could not be reached; not a byte was sent. */
  | { readonly kind: 'connect-failed'; readonly code: string }
  /** `isTotal`: the limit for the whole exchange ended it, not the one of its phase. */
  | { readonly kind: 'timed-out'; readonly phase: Phase; readonly isTotal: boolean }
  /** The caller has asked too often; no side was asked. */
  | { readonly kind: 'rate-limited' }
  /** The body is larger than its route allows. `connect`: that was known before a side was asked. */
  | { readonly kind: 'body-too-large'; readonly phase: Phase }
  /** The connection broke, or the answer ended before it was complete. */
  | { readonly kind: 'upstream-cut'; readonly phase: 'headers' | 'body'; readonly code: string }
  /** What the side sent is no HTTP that may be passed on. */
  | { readonly kind: 'answer-refused'; readonly phase: 'headers' | 'body'; readonly code: string }
  /** What the client sent cannot be framed for the side; not a byte was sent. */
  | { readonly kind: 'request-refused'; readonly code: string }
  | { readonly kind: 'client-aborted'; readonly phase: Phase }
  /** The client stopped sending (`headers`) or reading (`body`). */
  | { readonly kind: 'client-stalled'; readonly phase: 'headers' | 'body' };

export type Phase = 'connect' | 'headers' | 'body';
export type Failure = Exclude<ForwardOutcome, { readonly kind: 'completed' }>;

/** Nothing reached the side, so that even a write may be repeated. */
export function isUnprocessed(outcome: ForwardOutcome): boolean {
  switch (outcome.kind) {
    case 'unavailable':
    case 'overloaded':
    case 'connect-failed':
    case 'request-refused':
    case 'rate-limited':
      return true;
    case 'timed-out':
    case 'client-aborted':
    case 'body-too-large':
      return outcome.phase === 'connect';
    default:
      return false;
  }
}

/** The client has a part of the answer: nothing else can be said to it, only its connection broken. */
export function isAnswered(outcome: ForwardOutcome): boolean {
  return outcome.kind === 'completed' || ('phase' in outcome && outcome.phase === 'body');
}

/** A limit ended it before any side was asked. */
export function isRefusedByLimit(outcome: ForwardOutcome): boolean {
  return outcome.kind === 'rate-limited' || (outcome.kind === 'body-too-large' && outcome.phase === 'connect');
}

/** For logs and metrics: `timed-out.total`, `upstream-cut.body`, `connect-failed`; a small closed set. */
export function outcomeLabel(outcome: ForwardOutcome): string {
  if (outcome.kind === 'timed-out' && outcome.isTotal) return 'timed-out.total';
  return 'phase' in outcome ? `${outcome.kind}.${outcome.phase}` : outcome.kind;
}

/** For metrics: `2xx`; `none` without an answer. */
export function statusClassOf(status: number): string {
  return status === 0 ? 'none' : `${Math.floor(status / 100)}xx`;
}
