import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stages } from '../language/rules-schema.ts';
import { matchRoute } from '../table/match-route.ts';
import { aCapability, rulesText, someUpstreams, tableOf } from '../testing/rules-builder.ts';
import { decide, type DecideInput } from './decide.ts';
import type { DecisionReason } from './decision.ts';
import { describeReason } from './describe-reason.ts';
import { explain } from './explain.ts';
import { formatExplanation } from './format-explanation.ts';
import { overridesFrom } from './override-orders.ts';

const tables = stages.flatMap((stage) =>
  ['legacy', 'cookie'].flatMap((anonymous) =>
    [undefined, { percent: 50, stickiness: 'scope' }, { percent: 50, stickiness: 'subject' }].map((rollout) =>
      tableOf(
        rulesText({
          capabilities: { trips: { ...aCapability, stage, anonymous, ...(rollout && { rollout }) } },
          routes: [
            { id: 'v2', methods: ['GET'], path: '/trips', headers: { 'x-v': '2' }, capability: 'trips' },
            { id: 'list', methods: ['GET'], path: '/trips', capability: 'trips' },
            {
              id: 'read',
              methods: ['GET'],
              path: '/trips/{tripId}',
              capability: 'trips',
              scope: { from: 'path', name: 'tripId' },
            },
            {
              id: 'tenant',
              methods: ['GET'],
              path: '/tenant',
              capability: 'trips',
              scope: { from: 'header', name: 'x-tenant' },
            },
            { id: 'fixed', methods: ['GET'], path: '/fixed', upstream: 'legacy' },
          ],
        }),
      ),
    ),
  ),
);

const keys = fc.constantFrom('', '1', '2', '42');
const side = fc.constantFrom('legacy', 'extracted');
const inputs: fc.Arbitrary<Omit<DecideInput, 'match'>> = fc
  .record({
    table: fc.constantFrom(...tables),
    request: fc.record({
      method: fc.constantFrom('GET', 'POST'),
      path: fc.constantFrom('/trips', '/trips/7', '/tenant', '/fixed', '/other'),
      headers: fc.constantFrom({}, { 'x-v': '2' }, { 'x-tenant': 'acme' }),
    }),
    subject: fc.oneof(
      fc.record({ kind: fc.constant('identified'), id: keys }),
      fc.record({ kind: fc.constant('anonymous'), anonymousId: fc.option(keys, { nil: undefined }) }),
    ),
    isEnabled: fc.boolean(),
    order: fc.option(
      fc.record({
        capability: fc.constant('trips'),
        side,
        subject: fc.option(keys, { nil: undefined }),
        reason: fc.string(),
      }),
      { nil: undefined },
    ),
    hasAlarm: fc.boolean(),
    owner: fc.option(fc.record({ side, epoch: fc.nat() }), { nil: undefined }),
  })
  .map(({ isEnabled, order, hasAlarm, owner, ...rest }) => ({
    ...rest,
    flags: { isEnabled: () => ({ isEnabled, reason: 'drawn' }) },
    override: order && overridesFrom([order]),
    guard: { alarmFor: () => (hasAlarm ? { why: 'drawn' } : undefined) },
    ownership: { ownerOf: () => owner },
  }));

test('explaining a request gives the decision that the facade makes', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const decision = decide({ ...input, match: matchRoute(input.table, input.request) });
      expect(explain(input).decision).toEqual(decision);
    }),
    { numRuns: 3_000 },
  );
});

test('exactly the last step decides', () => {
  fc.assert(
    fc.property(inputs, (input) => {
      const { steps } = explain(input);
      expect(steps.map(({ outcome }) => outcome === 'decides')).toEqual(
        steps.map((_, index) => index === steps.length - 1),
      );
      expect(steps.every(({ why }) => why.length > 0)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

describe('the steps', () => {
  const table = tables.find(({ capabilities }) => capabilities[0]?.stage === 'live');
  const explainFor = (path: string, isEnabled = true) =>
    table
      ? explain({
          table,
          request: { method: 'GET', path },
          subject: { kind: 'identified', id: '42' },
          flags: { isEnabled: () => ({ isEnabled, reason: 'named' }) },
        })
      : expect.fail('one table is live');

  test('say what was asked and what it said', () => {
    expect(formatExplanation(explainFor('/trips'))).toEqual([
      '  match      Not v2: the header x-v is not "2". GET /trips is list (/trips).',
      '  target     The route moves with the capability trips.',
      '  override   No local order is in force.',
      '  stage      The stage live lets the flag decide.',
      '  scope      The scope is "42", from the subject.',
      '  guard      No guard is connected.',
      '  ownership  No owner is recorded; with handover "immediate" the flag decides.',
      '→ flag       The flag trips.cutover is on for "42": named.',
      'extracted: services at http://services:3000 (list, flag)',
    ]);
  });

  test('name the limits of the route, where it has some', () => {
    const limited = tableOf(
      rulesText({
        defaults: { upstream: 'legacy', limits: { bodyBytes: 1_000, requests: { perSecond: 2.5, by: 'address' } } },
        routes: [{ id: 'fixed', methods: ['GET'], path: '/fixed', upstream: 'legacy' }],
      }),
    );
    const stepsFor = (path: string) =>
      explain({
        table: limited,
        request: { method: 'GET', path },
        subject: { kind: 'anonymous' },
        flags: { isEnabled: () => ({ isEnabled: false, reason: '' }) },
      }).steps.map(({ name, why }) => `${name}: ${why}`);
    expect(stepsFor('/fixed')).toEqual([
      'match: GET /fixed is fixed (/fixed).',
      'limits: Bodies up to 1000 bytes. 2.5 requests a second, 3 at once, for each address (defaults).',
      'target: The route names its upstream.',
    ]);
    expect(stepsFor('/other')).toEqual(['match: No route matches GET /other.']);
  });

  test('say where copies go, where a rule speaks of some', () => {
    const copied = tableOf(
      rulesText({
        upstreams: { ...someUpstreams, staging: { side: 'extracted', url: 'http://staging:3000' } },
        routes: [
          { id: 'list', methods: ['GET'], path: '/trips', capability: 'trips', mirror: { percent: 10 } },
          { id: 'users', methods: ['ANY'], path: '/users', upstream: 'legacy', mirror: { upstream: 'staging' } },
          { id: 'find', methods: ['POST'], path: '/find', access: 'read', capability: 'trips', mirror: true },
          {
            id: 'count',
            methods: ['POST'],
            path: '/count',
            access: 'read',
            capability: 'trips',
            mirror: { bodyBytes: 9, upstream: 'services' },
          },
        ],
      }),
    );
    const copiesOf = (method: string, path: string, isEnabled = false) =>
      explain({
        table: copied,
        request: { method, path },
        subject: { kind: 'identified', id: '42' },
        flags: { isEnabled: () => ({ isEnabled, reason: 'named' }) },
      }).steps.flatMap(({ name, why }) => (name === 'mirror' ? [why] : []));
    expect(copiesOf('GET', '/trips')).toEqual([
      '10 % of such requests are copied to the side that does not serve them (services), whose answers nobody gets.',
    ]);
    expect(copiesOf('GET', '/trips', true)).toEqual([expect.stringContaining('(legacy)')]);
    expect(copiesOf('GET', '/users')).toEqual([
      '100 % of such requests are copied to staging, whose answers nobody gets.',
    ]);
    expect(copiesOf('POST', '/users')).toEqual(['No copy is sent: POST may write.']);
    expect(copiesOf('POST', '/find')).toEqual([expect.stringContaining('100 % of such requests without a body are')]);
    expect(copiesOf('POST', '/count')).toEqual([
      '100 % of such requests with bodies up to 9 bytes are copied to services, whose answers nobody gets.',
    ]);
    expect(copiesOf('POST', '/count', true)).toEqual(['No copy is sent: services serves the request itself.']);
    expect(copiesOf('GET', '/other')).toEqual([]);
  });

  test('end early where the route names its upstream', () => {
    expect(formatExplanation(explainFor('/fixed'))).toEqual([
      '  match   GET /fixed is fixed (/fixed).',
      '→ target  The route names its upstream.',
      'legacy: legacy at http://legacy:3000 (fixed, fixed)',
    ]);
  });

  test('end at once where no route matches', () => {
    expect(formatExplanation(explainFor('/other'))).toEqual([
      '→ match  No route matches GET /other.',
      'legacy: legacy at http://legacy:3000 (no route, unmatched)',
    ]);
  });
});

test('every reason is a sentence', () => {
  const reasons: readonly DecisionReason[] = [
    { kind: 'override', why: 'w' },
    { kind: 'stage', stage: 'complete' },
    { kind: 'stage', stage: 'shadow' },
    { kind: 'anonymous' },
    { kind: 'no-scope', why: 'w' },
    { kind: 'guard', why: 'w' },
    { kind: 'ownership', epoch: 3 },
    { kind: 'flag', isEnabled: true, why: 'w' },
    { kind: 'flag', isEnabled: false, why: 'w' },
    { kind: 'rollout', isInside: true, percent: 5 },
    { kind: 'rollout', isInside: false, percent: 5 },
    { kind: 'fixed' },
    { kind: 'unmatched' },
  ];
  const sentences = reasons.map((reason) => describeReason({ reason, flag: 'f', bucket: 7, scope: '42' }));
  expect(new Set(sentences).size).toBe(reasons.length);
  expect(sentences.every((sentence) => /^[A-Z].*\.$/.test(sentence))).toBe(true);
});
