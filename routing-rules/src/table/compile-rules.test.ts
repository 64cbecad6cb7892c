import { describe, expect, test } from 'vitest';
import { aCapability, documentOf, rulesText, someUpstreams, tableOf } from '../testing/rules-builder.ts';
import { compileRules } from './compile-rules.ts';
import { RuleTableError } from '../rule-table-error.ts';

const stream = { id: 'stream', methods: ['GET'], path: '/stream', capability: 'trips' };

describe('timeouts', () => {
  test('come from the route, then the upstream, then the defaults, then the language', () => {
    const table = tableOf(
      rulesText({
        upstreams: {
          ...someUpstreams,
          services: { ...someUpstreams.services, timeouts: { headersMs: 7, bodyIdleMs: 8 } },
        },
        defaults: { upstream: 'legacy', timeouts: { headersMs: 5, totalMs: 6 } },
        routes: [{ ...stream, timeouts: { bodyIdleMs: 9, totalMs: 'none' } }],
      }),
    );
    const target = table.routes[0]?.target;
    if (target?.kind !== 'capability') return expect.fail('the route moves');
    expect(target.extracted.timeouts).toEqual({
      connectMs: 1_000,
      headersMs: 7,
      bodyIdleMs: 9,
      totalMs: undefined,
      upgradeIdleMs: 600_000,
    });
    expect(target.legacy.timeouts).toEqual({
      connectMs: 1_000,
      headersMs: 5,
      bodyIdleMs: 9,
      totalMs: undefined,
      upgradeIdleMs: 600_000,
    });
    expect(table.fallback.timeouts).toEqual({
      connectMs: 1_000,
      headersMs: 5,
      bodyIdleMs: 30_000,
      totalMs: 6,
      upgradeIdleMs: 600_000,
    });
  });
});

test('a table lists its upstreams, capabilities and routes, frozen', () => {
  const table = tableOf(rulesText({ routes: [stream] }));
  expect(table.upstreams).toMatchObject([
    { name: 'legacy', side: 'legacy', url: 'http://legacy:3000', urls: ['http://legacy:3000'], dnsRefreshMs: 5_000 },
    { name: 'services', side: 'extracted', url: 'http://services:3000', urls: ['http://services:3000'] },
  ]);
  expect(table.capabilities.map(({ name, flag, stage }) => [name, flag, stage])).toEqual([
    ['trips', 'trips.cutover', 'live'],
  ]);
  expect(table.routes.map(({ id, access }) => [id, access])).toEqual([['stream', 'read']]);
  expect(
    [table, table.routes, table.routes[0], table.routes[0]?.target, table.fallback.timeouts].every(Object.isFrozen),
  ).toBe(true);
});

test('a percentage uses the flag as salt unless the file says otherwise', () => {
  const saltOf = (rollout: object) =>
    tableOf(rulesText({ capabilities: { trips: { ...aCapability, rollout } } })).capabilities[0]?.rollout?.salt;
  expect(saltOf({ percent: 5, stickiness: 'scope' })).toBe('trips.cutover');
  expect(saltOf({ percent: 5, stickiness: 'scope', salt: 'both' })).toBe('both');
});

test('a route takes the identity from where it says, or else from where the defaults say', () => {
  const routes = [stream, { ...stream, id: 'other', path: '/other', subject: { from: 'header', name: 'x-user' } }];
  const defaults = { upstream: 'legacy', subject: { from: 'cookie' } };
  expect(tableOf(rulesText({ defaults, routes })).routes.map(({ subject }) => subject)).toEqual([
    { from: 'cookie' },
    { from: 'header', name: 'x-user' },
  ]);
});

test('a read that names nothing goes to the default upstream', () => {
  const table = tableOf(rulesText({ routes: [{ id: 'r', methods: ['GET'], path: '/r' }] }));
  expect(table.routes[0]?.target).toMatchObject({ kind: 'fixed', destination: { upstream: { name: 'legacy' } } });
});

test('a document that was not checked is an error that names the route', () => {
  const document = documentOf(rulesText({ routes: [stream] }));
  const broken = { ...document, routes: document.routes.map((route) => ({ ...route, capability: 'trip' })) };
  expect(() => compileRules(broken)).toThrow(RuleTableError);
  expect(() => compileRules(broken)).toThrow('stream: There is no capability "trip".');
});
