import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bucketOf } from '../rollout/bucket.ts';
import { crowdedRequests, crowdedRules } from '../testing/rule-shapes.ts';
import { aCapability, rulesText, tableOf } from '../testing/rules-builder.ts';
import { compileRules } from '../table/compile-rules.ts';
import type { FlagWish, Situation } from './decide-sampled.ts';
import { formatPlan } from './format-plan.ts';
import { createPlanMaker, type RulesPlan } from './plan-rules.ts';
import type { SampledRequest } from './sample-format.ts';

const routes = [
  { id: 'trips.read', methods: ['GET'], path: '/trips/{tripId}', capability: 'trips' },
  { id: 'users', methods: ['ANY'], path: '/users/{rest*}', upstream: 'legacy' },
];

function tableWith(sections: Readonly<Record<string, unknown>> = {}) {
  return tableOf(rulesText({ routes, ...sections }));
}

function sampled(user: string, parts: Partial<SampledRequest> = {}): SampledRequest {
  return {
    kind: 'request',
    method: 'GET',
    path: '/trips/~trip',
    headerNames: [],
    queryNames: [],
    headers: {},
    caller: { kind: 'identified', key: user },
    keys: {
      [user]: { buckets: { 'trips.cutover': bucketOf(user, 'trips.cutover') }, flags: { 'trips.cutover': false } },
    },
    decided: { route: 'trips.read', side: 'legacy', reason: 'flag' },
    ...parts,
  };
}

function planned(before: Situation, after: Situation, lines: readonly SampledRequest[]): RulesPlan {
  const maker = createPlanMaker({ before, after, listedCount: 2 });
  for (const line of lines) maker.add(line);
  return maker.plan();
}

const asItWas = (table = tableWith()): Situation => ({ table, flags: {} });
const withFlag = (wish: FlagWish, table = tableWith()): Situation => ({ table, flags: { 'trips.cutover': wish } });
const movesOf = ({ routes: [route] }: RulesPlan): object =>
  Object.fromEntries(Object.entries(route?.moves ?? {}).filter(([, count]) => count > 0));

describe('a plan tells what would become of each request', () => {
  test('that a flag moves: the requests, and the users, each once', () => {
    const lines = ['41', '42', '42', '43'].map((user) => sampled(user));
    const plan = planned(asItWas(), withFlag({ users: ['42', '43'], percent: 0 }), lines);
    expect(plan).toMatchObject({ requestCount: 4, movedCount: 3, untoldCount: 0 });
    expect(plan.scopes).toEqual([{ capability: 'trips', move: 'to-extracted', count: 2, scopes: ['42', '43'] }]);
  });

  test('that goes back: extracted to legacy', () => {
    const on = sampled('42', { keys: { '42': { buckets: {}, flags: { 'trips.cutover': true } } } });
    const plan = planned(asItWas(), asItWas(tableWith({ capabilities: { trips: { ...aCapability, stage: 'off' } } })), [
      on,
    ]);
    expect(movesOf(plan)).toEqual({ 'to-legacy': 1 });
  });

  test('that another rule takes to the same server', () => {
    const wider = tableWith({
      routes: [...routes, { id: 'stats', methods: ['GET'], path: '/stats', upstream: 'legacy' }],
    });
    const plan = planned(asItWas(), asItWas(wider), [sampled('42', { path: '/stats' })]);
    expect([movesOf(plan), plan.movedCount]).toEqual([{ 'to-other-route': 1 }, 0]);
  });

  test('that another server of the same side would serve', () => {
    const upstreams = {
      legacy: { side: 'legacy', url: 'http://legacy:3000' },
      reports: { side: 'legacy', url: 'http://reports:3000' },
      services: { side: 'extracted', url: 'http://services:3000' },
    };
    const moved = tableWith({
      upstreams,
      routes: routes.map((route) => (route.id === 'users' ? { ...route, upstream: 'reports' } : route)),
    });
    const plan = planned(asItWas(), asItWas(moved), [sampled('42', { path: '/users/~a' })]);
    expect(movesOf(plan)).toEqual({ 'to-other-upstream': 1 });
  });

  test('that a route would not take any more, or takes now', () => {
    const lenient = tableWith({
      routes: [
        {
          id: 'files',
          methods: ['GET'],
          path: '/files/{name}',
          upstream: 'legacy',
          paths: { allow: ['encoded-separator'] },
        },
      ],
    });
    const line = sampled('42', { path: '/files/a%2Fb' });
    expect(movesOf(planned(asItWas(lenient), asItWas(), [line]))).toEqual({ 'newly-refused': 1 });
    expect(movesOf(planned(asItWas(), asItWas(lenient), [line]))).toEqual({ 'no-longer-refused': 1 });
  });
});

describe('pseudonyms', () => {
  const someone = (bucket: number): SampledRequest =>
    sampled('~someone', {
      keys: { '~someone': { buckets: { 'trips.cutover': bucket }, flags: { 'trips.cutover': false } } },
    });

  test.each([
    [499, 1],
    [500, 0],
  ])('fall into a share by the bucket that stands beside them: %i is moved by 5 %% %i times', (bucket, count) => {
    expect(planned(asItWas(), withFlag({ users: [], percent: 5 }), [someone(bucket)]).movedCount).toBe(count);
  });

  test("fall into a rule's own share by the same buckets", () => {
    const narrowed = (percent: number): Situation => ({
      table: tableWith({ capabilities: { trips: { ...aCapability, rollout: { percent, stickiness: 'scope' } } } }),
      flags: { 'trips.cutover': true },
    });
    expect(planned(narrowed(0.01), narrowed(0.1), [someone(9), someone(10)]).movedCount).toBe(1);
  });

  test('are not told from named users, and the plan says so', () => {
    const plan = planned(asItWas(), withFlag({ users: ['42'], percent: 0 }), [someone(499)]);
    expect(plan).toMatchObject({ movedCount: 0, untoldCount: 1 });
    expect(formatPlan(plan).join('\n')).toContain('does not say enough');
  });

  test('without a bucket for a salt that the sample does not know are untold', () => {
    const salted = { ...aCapability, rollout: { percent: 50, stickiness: 'scope', salt: 'autumn' } };
    const after = { table: tableWith({ capabilities: { trips: salted } }), flags: { 'trips.cutover': true } };
    expect(planned(asItWas(), after, [someone(1)])).toMatchObject({ movedCount: 0, untoldCount: 1 });
  });
});

test('the same rules move nobody, whatever the traffic is', () => {
  fc.assert(
    fc.property(crowdedRules, fc.array(crowdedRequests, { maxLength: 10 }), (document, requests) => {
      const table = compileRules(document);
      const lines = requests.map(({ method, path, host, headers }) =>
        sampled('42', { method, path, host, headers: { ...headers } as Record<string, string> }),
      );
      const plan = planned(asItWas(table), asItWas(table), lines);
      expect([plan.movedCount, plan.requestCount]).toEqual([0, lines.length]);
    }),
    { numRuns: 200 },
  );
});

test('only so many scopes are told apart, and only a few are listed', () => {
  const maker = createPlanMaker({ before: asItWas(), after: withFlag(true), scopeLimit: 5, listedCount: 2 });
  for (let user = 0; user < 9; user++) maker.add(sampled(String(user)));
  expect(maker.plan()).toMatchObject({ movedCount: 9, isScopeLimitReached: true, scopes: [{ count: 5 }] });
  expect(formatPlan(maker.plan())).toEqual([
    'trips.read: 9 request(s)',
    '  9  legacy → extracted',
    'trips: at least 5 scope(s) legacy → extracted',
    '  0, 1 and 3 more',
    '9 of 9 requests would move.',
  ]);
});
