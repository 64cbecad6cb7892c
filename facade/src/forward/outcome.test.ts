import { expect, test } from 'vitest';
import { isAnswered, isUnprocessed, outcomeLabel, type ForwardOutcome } from './outcome.ts';

const table: readonly (readonly [ForwardOutcome, label: string, isUnprocessed: boolean, isAnswered: boolean])[] = [
  [{ kind: 'completed', status: 200 }, 'completed', false, true],
  [{ kind: 'connect-failed', code: 'ECONNREFUSED' }, 'connect-failed', true, false],
  [{ kind: 'request-refused', code: 'X' }, 'request-refused', true, false],
  [{ kind: 'overloaded' }, 'overloaded', true, false],
  [{ kind: 'rate-limited' }, 'rate-limited', true, false],
  [{ kind: 'body-too-large', phase: 'connect' }, 'body-too-large.connect', true, false],
  [{ kind: 'body-too-large', phase: 'headers' }, 'body-too-large.headers', false, false],
  [{ kind: 'body-too-large', phase: 'body' }, 'body-too-large.body', false, true],
  [{ kind: 'timed-out', phase: 'connect', isTotal: false }, 'timed-out.connect', true, false],
  [{ kind: 'timed-out', phase: 'headers', isTotal: false }, 'timed-out.headers', false, false],
  [{ kind: 'timed-out', phase: 'body', isTotal: false }, 'timed-out.body', false, true],
  [{ kind: 'timed-out', phase: 'headers', isTotal: true }, 'timed-out.total', false, false],
  [{ kind: 'upstream-cut', phase: 'headers', code: 'X' }, 'upstream-cut.headers', false, false],
  [{ kind: 'upstream-cut', phase: 'body', code: 'X' }, 'upstream-cut.body', false, true],
  [{ kind: 'answer-refused', phase: 'headers', code: 'X' }, 'answer-refused.headers', false, false],
  [{ kind: 'answer-refused', phase: 'body', code: 'X' }, 'answer-refused.body', false, true],
  [{ kind: 'client-aborted', phase: 'connect' }, 'client-aborted.connect', true, false],
  [{ kind: 'client-aborted', phase: 'body' }, 'client-aborted.body', false, true],
  [{ kind: 'client-stalled', phase: 'headers' }, 'client-stalled.headers', false, false],
  [{ kind: 'client-stalled', phase: 'body' }, 'client-stalled.body', false, true],
];

test.each(table)('%j is labelled %s; unprocessed: %s; answered: %s', (outcome, label, unprocessed, answered) => {
  expect([outcomeLabel(outcome), isUnprocessed(outcome), isAnswered(outcome)]).toEqual([label, unprocessed, answered]);
});
