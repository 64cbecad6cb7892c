import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { sides } from '../language/rules-schema.ts';
import { matchRoute } from '../table/match-route.ts';
import { readVectors } from '../testing/read-room-file.ts';
import { aCapability, rulesText, tableOf } from '../testing/rules-builder.ts';
import { decide, type DecideInput } from './decide.ts';
import type { Decision } from './decision.ts';
import { overridesFrom } from './override-orders.ts';
import type { FlagReader, Subject } from './ports.ts';

const side = z.enum(sides);
const vector = z.strictObject({
  request: z.strictObject({
    method: z.string(),
    path: z.string(),
    headers: z.record(z.string(), z.string()).optional(),
  }),
  subject: z.string().optional(),
  anonymousId: z.string().optional(),
  flags: z.record(z.string(), z.union([z.literal(true), z.array(z.string())])).default({}),
  overrides: z.array(z.strictObject({ capability: z.string(), side, subject: z.string().optional() })).default([]),
  alarms: z.array(z.string()).default([]),
  owners: z.record(z.string(), z.strictObject({ side, epoch: z.int() })).default({}),
  expect: z.strictObject({
    side,
    upstream: z.string(),
    route: z.string().nullable(),
    reason: z.string(),
    scope: z.string().optional(),
    flag: z.string().optional(),
    bucket: z.int().optional(),
  }),
});
type Vector = z.output<typeof vector>;

describe('the conformance vectors', () => {
  const { rules, vectors } = readVectors('decisions', vector);
  const table = tableOf(rules);

  test.each(vectors)('$request.path of $subject is $expect.side by $expect.reason', (given) => {
    const { request } = given;
    const decision = decide({ table, match: matchRoute(table, request), ...inputOf(given) });
    expect(summaryOf(decision)).toEqual(given.expect);
  });

  test('know every reason and every route', () => {
    expect(new Set(vectors.map(({ expect: { reason } }) => reason))).toEqual(
      new Set([
        'override',
        'stage',
        'anonymous',
        'no-scope',
        'guard',
        'ownership',
        'flag',
        'rollout',
        'fixed',
        'unmatched',
      ]),
    );
    expect(new Set(vectors.flatMap(({ expect: { route } }) => route ?? []))).toEqual(
      new Set(table.routes.map(({ id }) => id)),
    );
  });
});

function inputOf(given: Vector): Omit<DecideInput, 'table' | 'match'> {
  return {
    request: given.request,
    subject:
      given.subject === undefined
        ? { kind: 'anonymous', anonymousId: given.anonymousId }
        : { kind: 'identified', id: given.subject },
    flags: {
      isEnabled: (flag, scopeKey) => {
        const on = given.flags[flag];
        return { isEnabled: on === true || (on?.includes(scopeKey) ?? false), reason: 'the vector says so' };
      },
    },
    override: overridesFrom(given.overrides.map((order) => ({ ...order, reason: 'the vector says so' }))),
    guard: { alarmFor: (capability) => (given.alarms.includes(capability) ? { why: 'errors' } : undefined) },
    ownership: { ownerOf: (_capability, scopeKey) => given.owners[scopeKey] },
  };
}

function summaryOf({ side: chosen, upstream, routeId, reason, scope, flag, bucket }: Decision): object {
  return { side: chosen, upstream: upstream.name, route: routeId ?? null, reason: reason.kind, scope, flag, bucket };
}

describe('a decision', () => {
  const trips = { id: 'trips', methods: ['GET'], path: '/trips', capability: 'trips' };
  const request = { method: 'GET', path: '/trips' };
  const user: Subject = { kind: 'identified', id: '42' };
  const everybody: FlagReader = { isEnabled: () => ({ isEnabled: true, reason: 'everybody' }) };
  const nobody: FlagReader = { isEnabled: () => ({ isEnabled: false, reason: 'nobody' }) };

  const decideAt = (stage: string, flags: FlagReader) => {
    const table = tableOf(rulesText({ capabilities: { trips: { ...aCapability, stage } }, routes: [trips] }));
    return decide({ table, match: matchRoute(table, request), request, subject: user, flags });
  };

  test('is frozen and carries all that happens to the request', () => {
    const decision = decideAt('live', everybody);
    const upstreamCalled = (name: string) => tableOf(rulesText()).upstreams.find((upstream) => upstream.name === name);
    expect(Object.isFrozen(decision)).toBe(true);
    expect(decision).toEqual({
      side: 'extracted',
      upstream: upstreamCalled('services'),
      timeouts: { connectMs: 1_000, headersMs: 10_000, bodyIdleMs: 30_000, totalMs: 60_000, upgradeIdleMs: 600_000 },
      fallback: {
        upstream: upstreamCalled('legacy'),
        timeouts: decision.timeouts,
      },
      routeId: 'trips',
      capability: 'trips',
      access: 'read',
      scope: '42',
      subject: '42',
      reason: { kind: 'flag', isEnabled: true, why: 'everybody' },
      flag: 'trips.cutover',
      bucket: undefined,
    });
  });

  test('can fall back from the extracted side as long as legacy keeps up', () => {
    expect(decideAt('live', everybody).fallback?.upstream.name).toBe('legacy');
    expect(decideAt('rampdown', everybody).fallback?.upstream.name).toBe('legacy');
    expect(decideAt('complete', everybody).fallback).toBeUndefined();
    expect(decideAt('live', nobody).fallback).toBeUndefined();
  });

  test('takes the buckets below the percentage of the rules', () => {
    // "1" with salt "trips.cutover" is bucket 2032; see conformance/bucket.json.
    const sideAt = (percent: number) => {
      const rollout = { percent, stickiness: 'scope' };
      const table = tableOf(rulesText({ capabilities: { trips: { ...aCapability, rollout } }, routes: [trips] }));
      const subject: Subject = { kind: 'identified', id: '1' };
      const { side: chosen, bucket } = decide({
        table,
        match: matchRoute(table, request),
        request,
        subject,
        flags: everybody,
      });
      return `${chosen} ${bucket}`;
    };
    expect([0, 20.32, 20.33, 100].map(sideAt)).toEqual([
      'legacy 2032',
      'legacy 2032',
      'extracted 2032',
      'extracted 2032',
    ]);
  });

  test('asks the flag once, and only when it decides', () => {
    const asked: string[] = [];
    const flags: FlagReader = {
      isEnabled: (flag, scopeKey) => {
        asked.push(`${flag} ${scopeKey}`);
        return { isEnabled: true, reason: '' };
      },
    };
    for (const stage of ['off', 'dualwrite', 'shadow', 'live', 'rampdown', 'complete']) decideAt(stage, flags);
    expect(asked).toEqual(['trips.cutover 42', 'trips.cutover 42']);
  });

  test('about a request that no route takes is a write unless its method is safe', () => {
    const table = tableOf(rulesText());
    const accessFor = (method: string) =>
      decide({ table, match: table.unmatched, request: { method, path: '/x' }, subject: user, flags: nobody }).access;
    expect(['GET', 'HEAD', 'OPTIONS', 'POST', 'DELETE', 'PROPFIND'].map(accessFor)).toEqual([
      'read',
      'read',
      'read',
      'write',
      'write',
      'write',
    ]);
  });
});

describe('local orders', () => {
  const orders = overridesFrom([
    { capability: 'trips', side: 'extracted', reason: 'first' },
    { capability: 'trips', side: 'legacy', reason: 'second' },
    { capability: 'trips', side: 'extracted', subject: '42', reason: 'one' },
    { capability: 'trips', side: 'legacy', subject: '43', reason: 'other' },
  ]);

  test('for one scope beat those for the whole capability, and later ones earlier ones', () => {
    expect(orders.orderFor('trips', '42')?.reason).toBe('one');
    expect(orders.orderFor('trips', '43')?.reason).toBe('other');
    expect(orders.orderFor('trips', '44')?.reason).toBe('second');
    expect(orders.orderFor('trips', undefined)?.reason).toBe('second');
    expect(orders.orderFor('vehicles', '42')).toBeUndefined();
  });
});
