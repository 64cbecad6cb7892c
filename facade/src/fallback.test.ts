import { describe, expect, test } from 'vitest';
import { compileRules, decide, matchRoute, parseRules, type Decision } from '@banyan/routing-rules';
import { mayFallBack } from './fallback.ts';
import type { ForwardOutcome } from './forward/outcome.ts';
import { tripRules } from './testing/facade.ts';

const parsed = parseRules(tripRules({ legacy: 'http://legacy', trips: 'http://trips' }));
const table = parsed.kind === 'parsed' ? compileRules(parsed.document) : expect.unreachable('the rules are good');

function decisionFor(method: string, path: string, isOn = true): Decision {
  const request = { method, path };
  const flags = { isEnabled: () => ({ isEnabled: isOn, reason: 'test' }) };
  return decide({
    table,
    match: matchRoute(table, request),
    request,
    subject: { kind: 'identified', id: '42' },
    flags,
  });
}

const unsent: ForwardOutcome[] = [
  { kind: 'unavailable' },
  { kind: 'connect-failed', code: 'ECONNREFUSED' },
  { kind: 'timed-out', phase: 'connect', isTotal: false },
];
const sentUnanswered: ForwardOutcome[] = [
  { kind: 'timed-out', phase: 'headers', isTotal: false },
  { kind: 'upstream-cut', phase: 'headers', code: 'X' },
  { kind: 'answer-refused', phase: 'headers', code: 'X' },
];
const never: ForwardOutcome[] = [
  { kind: 'completed', status: 500 },
  { kind: 'timed-out', phase: 'headers', isTotal: true },
  { kind: 'timed-out', phase: 'body', isTotal: false },
  { kind: 'upstream-cut', phase: 'body', code: 'X' },
  { kind: 'answer-refused', phase: 'body', code: 'X' },
  { kind: 'request-refused', code: 'X' },
  { kind: 'client-aborted', phase: 'connect' },
  { kind: 'client-aborted', phase: 'headers' },
  { kind: 'client-stalled', phase: 'headers' },
];

const safe = [
  ['GET', '/trips'],
  ['HEAD', '/trips/7'],
  ['OPTIONS', '/trips'],
] as const;
const writes = [
  ['POST', '/trips'],
  ['PUT', '/trips/7'],
  ['PATCH', '/trips/7'],
  ['DELETE', '/trips/7'],
] as const;

const falls = (
  outcome: ForwardOutcome,
  [method, path]: readonly [string, string],
  isUntouched = true,
  isOn = true,
): boolean => mayFallBack(outcome, { method, isUntouched }, decisionFor(method, path, isOn));

describe('legacy serves instead of the extracted side', () => {
  test.each([...unsent, ...sentUnanswered])('a read by a safe method after %j', (outcome) => {
    for (const request of safe) expect(falls(outcome, request)).toBe(true);
  });

  test.each(unsent)('a read by POST, as the rule declares it, after %j: nothing was sent', (outcome) => {
    expect(falls(outcome, ['POST', '/routes'])).toBe(true);
  });
});

describe('legacy never serves instead', () => {
  test.each([...unsent, ...sentUnanswered, ...never])('a write, after %j', (outcome) => {
    for (const request of writes) expect(falls(outcome, request)).toBe(false);
  });

  test.each(sentUnanswered)('a read by POST after %j: something was sent', (outcome) => {
    expect(falls(outcome, ['POST', '/routes'])).toBe(false);
  });

  test.each(never)('anything after %j', (outcome) => {
    for (const request of [...safe, ['POST', '/routes'] as const]) expect(falls(outcome, request)).toBe(false);
  });

  test('a request whose body was taken from the client already', () => {
    for (const outcome of [...unsent, ...sentUnanswered]) expect(falls(outcome, ['GET', '/trips'], false)).toBe(false);
  });

  test('a request that went to legacy in the first place', () => {
    for (const outcome of unsent) expect(falls(outcome, ['GET', '/trips'], true, false)).toBe(false);
  });
});

test('the fixture decides for the extracted side when the flag is on', () => {
  expect([decisionFor('GET', '/trips').side, decisionFor('GET', '/trips', false).side]).toEqual([
    'extracted',
    'legacy',
  ]);
});
