import { isUnprocessed, outcomeLabel, type ForwardOutcome } from './outcome.ts';

export interface Repeatable {
  readonly method: string;
  /** Not a byte of its body was taken from the client, and the client has no byte of an answer and is still there. */
  readonly isUntouched: boolean;
  /** What was taken of its body is still here. It is untouched otherwise. */
  readonly isKept?: boolean | undefined;
}

// RFC 9110 9.2.2
const idempotent: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** Whether sending it once more cannot carry it out twice. */
export function maySendAgain(outcome: ForwardOutcome, { method, isUntouched, isKept }: Repeatable): boolean {
  return isUnprocessed(outcome) ? isUntouched || isKept === true : isUntouched && idempotent.has(method);
}

/**
 * Why a request is sent to an instance once more, as a label of few values; undefined when it is not.
 * An answer that is no HTTP, or that does not come, is likely to be the same elsewhere.
 *
 * @param hasOther - there is an instance that was not asked
 */
export function retryReason(outcome: ForwardOutcome, repeatable: Repeatable, hasOther: boolean): string | undefined {
  const isWorthIt =
    outcome.kind === 'connect-failed' ||
    (outcome.kind === 'upstream-cut' && outcome.phase === 'headers') ||
    (outcome.kind === 'timed-out' && outcome.phase === 'connect' && !outcome.isTotal && hasOther);
  return isWorthIt && maySendAgain(outcome, repeatable) ? outcomeLabel(outcome) : undefined;
}
