import type { Decision } from '@banyan/routing-rules';
import { isAnswered, isUnprocessed, type ForwardOutcome } from './forward/outcome.ts';

export interface Repeatability {
  readonly method: string;
  /** No byte of the request's body was taken from the client yet. */
  readonly isUntouched: boolean;
}

// RFC 9110 9.2.1; TRACE is not served.
const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Whether legacy may serve what the extracted side failed to serve. Called once per request, after the first exchange.
 *
 * Never for a write, even when not a byte was sent: legacy does not own the scope now, its write would be lost or cross
 * another one. A read that is sent by an unsafe method falls back only while nothing reached the side.
 */
export function mayFallBack(
  outcome: ForwardOutcome,
  { method, isUntouched }: Repeatability,
  decision: { readonly access: Decision['access']; readonly fallback?: unknown },
): boolean {
  if (!decision.fallback || decision.access !== 'read' || !isUntouched) return false;
  if (!isFailureOfSide(outcome) || isAnswered(outcome)) return false;
  return safeMethods.has(method) || isUnprocessed(outcome);
}

function isFailureOfSide(outcome: ForwardOutcome): boolean {
  switch (outcome.kind) {
    case 'unavailable':
    case 'overloaded':
    case 'connect-failed':
    case 'upstream-cut':
    case 'answer-refused':
      return true;
    case 'timed-out':
      // The time for the whole exchange is spent; there is none left for another side.
      return !outcome.isTotal;
    default:
      return false;
  }
}
