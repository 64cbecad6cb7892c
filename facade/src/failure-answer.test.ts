import { expect, test } from 'vitest';
import { problemOf } from './failure-answer.ts';
import { outcomeLabel, type Failure } from './forward/outcome.ts';

const table: readonly (readonly [Failure, status: number | undefined])[] = [
  [{ kind: 'connect-failed', code: 'ECONNREFUSED' }, 503],
  [{ kind: 'timed-out', phase: 'connect', isTotal: false }, 503],
  [{ kind: 'timed-out', phase: 'connect', isTotal: true }, 503],
  [{ kind: 'timed-out', phase: 'headers', isTotal: false }, 504],
  [{ kind: 'timed-out', phase: 'headers', isTotal: true }, 504],
  [{ kind: 'timed-out', phase: 'body', isTotal: false }, undefined],
  [{ kind: 'unavailable' }, 503],
  [{ kind: 'overloaded' }, 503],
  [{ kind: 'upstream-cut', phase: 'headers', code: 'X' }, 502],
  [{ kind: 'upstream-cut', phase: 'body', code: 'X' }, undefined],
  [{ kind: 'answer-refused', phase: 'headers', code: 'X' }, 502],
  [{ kind: 'answer-refused', phase: 'body', code: 'X' }, undefined],
  [{ kind: 'request-refused', code: 'X' }, 400],
  [{ kind: 'request-refused', code: 'HEAD_TOO_LARGE' }, 431],
  [{ kind: 'rate-limited' }, 429],
  [{ kind: 'body-too-large', phase: 'connect' }, 413],
  [{ kind: 'body-too-large', phase: 'headers' }, 413],
  [{ kind: 'body-too-large', phase: 'body' }, undefined],
  [{ kind: 'client-stalled', phase: 'headers' }, 408],
  [{ kind: 'client-stalled', phase: 'body' }, undefined],
  [{ kind: 'client-aborted', phase: 'connect' }, undefined],
  [{ kind: 'client-aborted', phase: 'headers' }, undefined],
  [{ kind: 'client-aborted', phase: 'body' }, undefined],
];

test.each(table.map(([failure, status]) => [outcomeLabel(failure), failure, status] as const))(
  '%s (%j) is answered %s',
  (_label, failure, status) => {
    expect(problemOf(failure, 'extracted')?.status).toBe(status);
  },
);

test('only 503 promises that nothing was carried out', () => {
  for (const [failure, status] of table) {
    const detail = problemOf(failure, 'extracted')?.detail ?? '';
    expect(detail.includes('Nothing was carried out')).toBe(status === 503);
    expect(detail.includes('may or may not')).toBe(status === 502 || status === 504);
  }
});
