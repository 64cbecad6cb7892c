import type { ForwardOutcome } from '../outcome.ts';
import type { Verdict } from './breaker.ts';

/** Whatever the client did, or sent, says nothing. */
const verdicts: Readonly<Record<ForwardOutcome['kind'], Verdict>> = {
  completed: 'success',
  'connect-failed': 'failure',
  'upstream-cut': 'failure',
  'answer-refused': 'failure',
  'timed-out': 'failure',
  unavailable: 'neutral',
  overloaded: 'neutral',
  'rate-limited': 'neutral',
  'body-too-large': 'neutral',
  'request-refused': 'neutral',
  'client-aborted': 'neutral',
  'client-stalled': 'neutral',
};

/**
 * What the end of an exchange says about the instance.
 *
 * @param failureStatuses - answers that count as failures though they are whole
 */
export function verdictOf(outcome: ForwardOutcome, failureStatuses: readonly number[]): Verdict {
  if (outcome.kind === 'completed' && failureStatuses.includes(outcome.status)) return 'failure';
  // An answer whose body pauses began well: its length is nobody's failure.
  if (outcome.kind === 'timed-out' && outcome.phase === 'body') return 'neutral';
  return verdicts[outcome.kind];
}
