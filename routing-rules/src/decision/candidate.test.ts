import { describe, expect, test } from 'vitest';
import { matchRoute } from '../table/match-route.ts';
import type { RuleTable } from '../table/route-table.ts';
import { aCapability, rulesText, someUpstreams, tableOf } from '../testing/rules-builder.ts';
import { candidateOf, mirroredUpstreams } from './candidate.ts';
import { decide } from './decide.ts';
import { overridesFrom } from './override-orders.ts';

type Sections = Readonly<Record<string, unknown>>;

const upstreams = {
  ...someUpstreams,
  staging: { side: 'extracted', url: 'http://staging:3000', timeouts: { headersMs: 7 } },
  museum: { side: 'legacy', url: 'http://museum:3000' },
};
const trips = { id: 'trips', methods: ['GET'], path: '/trips', capability: 'trips' };
const users = { id: 'users', methods: ['ANY'], path: '/users', upstream: 'legacy' };

const tableWith = (routes: readonly Sections[], capability: Sections = {}) =>
  tableOf(rulesText({ upstreams, capabilities: { trips: { ...aCapability, ...capability } }, routes }));

interface Asked {
  readonly method?: string;
  readonly path?: string;
  /** Where a local order sends it. */
  readonly to?: 'legacy' | 'extracted';
}

function candidateFor(table: RuleTable, { method = 'GET', path = '/trips', to = 'legacy' }: Asked = {}) {
  const request = { method, path };
  const match = matchRoute(table, request);
  const decision = decide({
    table,
    match,
    request,
    subject: { kind: 'identified', id: '42' },
    flags: { isEnabled: () => ({ isEnabled: false, reason: 'drawn' }) },
    override: overridesFrom([{ capability: 'trips', side: to, reason: 'said' }]),
  });
  return candidateOf(match, decision, method);
}
const nameFor = (...given: Parameters<typeof candidateFor>) => candidateFor(...given)?.upstream.name;

describe('a copy goes', () => {
  test('nowhere where no rule says so', () => {
    const table = tableWith([trips]);
    expect([nameFor(table), nameFor(table, { path: '/other' })]).toEqual([undefined, undefined]);
    expect(mirroredUpstreams(table)).toEqual([]);
  });

  test('to the side of the capability that does not serve the request', () => {
    const table = tableWith([{ ...trips, mirror: true }]);
    expect(nameFor(table, { to: 'legacy' })).toBe('services');
    expect(nameFor(table, { to: 'extracted' })).toBe('legacy');
  });

  test('to the upstream that the mirror names, whichever side serves', () => {
    const table = tableWith([{ ...trips, mirror: { upstream: 'staging' } }]);
    expect(nameFor(table, { to: 'legacy' })).toBe('staging');
    expect(nameFor(table, { to: 'extracted' })).toBe('staging');
  });

  test('never to the upstream that serves the request', () => {
    const table = tableWith([{ ...trips, mirror: { upstream: 'services' } }]);
    expect(nameFor(table, { to: 'legacy' })).toBe('services');
    expect(nameFor(table, { to: 'extracted' })).toBeUndefined();
  });

  test('never to legacy at the stage complete', () => {
    const table = tableWith([{ ...trips, mirror: { upstream: 'staging' } }], { stage: 'complete' });
    expect(nameFor(table, { to: 'extracted' })).toBe('staging');
    const [route] = table.routes;
    if (route?.target.kind !== 'capability' || !route.mirror) return expect.fail('the route moves, and is copied');
    const back = { ...route, mirror: { ...route.mirror, destination: undefined } };
    const match = { kind: 'matched', route: back, params: {} } as const;
    const { legacy, extracted } = route.target;
    expect(candidateOf(match, { side: 'extracted', upstream: extracted.upstream }, 'GET')).toBeUndefined();
    expect(candidateOf(match, { side: 'legacy', upstream: legacy.upstream }, 'GET')).toBe(extracted);
  });

  test('with the timeouts and the shape that the route has there', () => {
    const transform = { extracted: { path: '/v2/trips' } };
    const table = tableWith([{ ...trips, transform, timeouts: { connectMs: 3 }, mirror: { upstream: 'staging' } }]);
    const candidate = candidateFor(table);
    expect(candidate?.timeouts).toMatchObject({ connectMs: 3, headersMs: 7, totalMs: 60_000 });
    expect(candidate?.transform?.path).toBeDefined();
  });
});

describe('copied is', () => {
  const methodsOf = (route: Sections) => {
    const table = tableWith([{ ...users, mirror: { upstream: 'staging' }, ...route }]);
    return ['GET', 'HEAD', 'OPTIONS', 'POST', 'DELETE', 'PROPFIND'].filter((method) =>
      candidateFor(table, { method, path: '/users' }),
    );
  };

  test('what reads by its method, where a route reads and writes', () => {
    expect(methodsOf({})).toEqual(['GET', 'HEAD']);
  });

  test('every method of a route that reads', () => {
    expect(methodsOf({ methods: ['GET', 'POST'], access: 'read' })).toEqual(['GET', 'HEAD', 'POST']);
    expect(methodsOf({ methods: ['OPTIONS'] })).toEqual(['OPTIONS']);
  });

  test('what writes, where the mirror says so', () => {
    const mirror = { upstream: 'staging', writes: true };
    expect(methodsOf({ methods: ['POST', 'DELETE'], access: 'write', mirror })).toEqual(['POST', 'DELETE']);
  });
});

describe('the upstreams that get copies', () => {
  const namesOf = (...given: Parameters<typeof tableWith>) =>
    mirroredUpstreams(tableWith(...given)).map(({ name }) => name);

  test('are both sides of a capability and those that mirrors name, each once', () => {
    const routes = [
      { ...trips, mirror: true },
      { ...trips, id: 'one', path: '/trips/{tripId}', mirror: { upstream: 'services' } },
      { ...users, mirror: { upstream: 'staging' } },
    ];
    expect(namesOf(routes).toSorted()).toEqual(['legacy', 'services', 'staging']);
  });

  test('are of the legacy side too where the route does not move', () => {
    expect(namesOf([{ ...users, mirror: { upstream: 'museum' } }], { stage: 'complete' })).toEqual(['museum']);
  });

  test('are without legacy at the stage complete', () => {
    const table = tableWith([{ ...trips, mirror: { upstream: 'staging' } }], { stage: 'complete' });
    const routes = table.routes.map((route) => ({
      ...route,
      mirror: route.mirror && { ...route.mirror, destination: undefined },
    }));
    expect(mirroredUpstreams({ ...table, routes }).map(({ name }) => name)).toEqual(['services']);
  });
});
