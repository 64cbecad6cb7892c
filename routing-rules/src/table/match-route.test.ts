import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { z } from 'zod';
import { readVectors } from '../testing/read-room-file.ts';
import { referenceMatch } from '../testing/reference-matcher.ts';
import { crowdedRequests, crowdedRules } from '../testing/rule-shapes.ts';
import { documentOf, rulesText, tableOf } from '../testing/rules-builder.ts';
import { compileRules } from './compile-rules.ts';
import { matchRoute } from './match-route.ts';
import type { Route } from './route.ts';
import type { RouteRequest } from './route-request.ts';
import type { RuleTable } from './route-table.ts';

// Thousands of files of rules are made and parsed; a busy machine takes a while.
vi.setConfig({ testTimeout: 60_000 });

const requestSchema = z.strictObject({
  method: z.string(),
  path: z.string(),
  host: z.string().optional(),
  headers: z.record(z.string(), z.string()).optional(),
});

describe('the conformance vectors', () => {
  const vector = z.strictObject({
    request: requestSchema,
    route: z.string().nullable(),
    params: z.record(z.string(), z.string()).optional(),
  });
  const { rules, vectors } = readVectors('matching', vector);
  const table = tableOf(rules);

  test.each(vectors)('$request.method $request.path of $request.host is $route', ({ request, route, params }) => {
    const match = matchRoute(table, request);
    const found = match.kind === 'matched' ? { route: match.route.id, params: match.params } : { route: null };
    expect(found).toEqual(route === null ? { route } : { route, params });
  });

  test('reach every route', () => {
    expect(new Set(vectors.flatMap(({ route }) => route ?? []))).toEqual(new Set(table.routes.map(({ id }) => id)));
  });
});

test('matching through the index is matching one by one', () => {
  fc.assert(
    fc.property(crowdedRules, fc.array(crowdedRequests, { minLength: 50, maxLength: 50 }), (document, requests) => {
      const table = compileRules(document);
      for (const request of requests) {
        const match = matchRoute(table, request);
        expect(match.kind === 'matched' ? match.route.id : undefined).toBe(referenceMatch(document, request));
      }
    }),
    { numRuns: 200 },
  );
});

test('every method of every route of an accepted file has a request that reaches it', () => {
  fc.assert(
    fc.property(crowdedRules, (document) => {
      const table = compileRules(document);
      for (const route of table.routes)
        for (const method of route.methods)
          expect(witnessesOf(route, method, document.routes).some((request) => idOf(table, request) === route.id)).toBe(
            true,
          );
    }),
    { numRuns: 300 },
  );
});

function idOf(table: RuleTable, request: RouteRequest): string | undefined {
  const match = matchRoute(table, request);
  return match.kind === 'matched' ? match.route.id : undefined;
}

/** Requests that only this route wants, unless another takes all that it wants: each length of a tail, each spelling. */
function witnessesOf(
  route: Route,
  method: string,
  rules: ReturnType<typeof documentOf>['routes'],
): readonly RouteRequest[] {
  const rule = rules.find(({ id }) => id === route.id);
  const accept = rule?.mediaType === undefined ? {} : { accept: rule.mediaType };
  const request = {
    method: method === 'ANY' ? 'PROPFIND' : method,
    host: route.host ?? 'elsewhere.example',
    headers: { ...rule?.headers, ...accept },
  };
  const parts = route.path.split('/').filter((part) => part !== '');
  const spellings = [
    (part: string) => part,
    (part: string) => part.toUpperCase(),
    (part: string) => part.toLowerCase(),
  ];
  const mixed = spellings.flatMap((first) => spellings.map((rest) => [first, rest] as const));
  return mixed.flatMap(([first, rest]) =>
    [0, 1, 2, 3, 4].map((tailLength) => {
      const path = parts.flatMap((part, index) => {
        if (part.endsWith('*}')) return Array<string>(tailLength).fill('fresh');
        return part.startsWith('{') ? ['fresh'] : [(index === 0 ? first : rest)(part)];
      });
      return { ...request, path: `/${path.join('/')}` };
    }),
  );
}

describe('the number of steps', () => {
  const routeCounts = [10, 100, 1_000, 10_000];
  const paths = ['/area0/{id}/part', '/area0', '/area4/{id}/part', '/nowhere/at/all'];

  test.each(paths)('to find %s is the same for 10 and for 10,000 routes', (pattern) => {
    const path = pattern.replace('{id}', '7');
    const counts = routeCounts.map((count) => stepsFor(manyRoutes(count), { method: 'GET', path }));
    expect(new Set(counts).size).toBe(1);
    expect(counts[0]).toBeLessThanOrEqual(8);
  });

  test('to leave a crowded prefix is the same for 10 and for 10,000 routes', () => {
    const tables = routeCounts.map((count) => manyRoutes(count, (index) => `/area/${index}/{id}`));
    expect(new Set(tables.map((table) => stepsFor(table, { method: 'GET', path: '/area/5/7' })))).toEqual(new Set([4]));
  });

  function manyRoutes(
    count: number,
    pathOf = (index: number) => `/area${Math.floor(index / 2)}${index % 2 === 0 ? '' : '/{id}/part'}`,
  ): RuleTable {
    const [template] = documentOf(
      rulesText({ routes: [{ id: 'r', methods: ['GET'], path: '/', upstream: 'legacy' }] }),
    ).routes;
    if (!template) return expect.fail('the file has one route');
    const routes = Array.from({ length: count }, (_, index) => ({ ...template, id: `r${index}`, path: pathOf(index) }));
    return compileRules({ ...documentOf(rulesText()), routes });
  }

  function stepsFor(table: RuleTable, request: RouteRequest): number {
    let stepCount = 0;
    const count = () => {
      stepCount++;
    };
    matchRoute(table, request, { visited: count, refused: count });
    return stepCount;
  }
});

test('a match is frozen, down to its parameters', () => {
  const table = tableOf(rulesText({ routes: [{ id: 'r', methods: ['GET'], path: '/{a}', upstream: 'legacy' }] }));
  const match = matchRoute(table, { method: 'GET', path: '/7' });
  expect(
    match.kind === 'matched' && Object.isFrozen(match) && Object.isFrozen(match.params) && Object.isFrozen(match.route),
  ).toBe(true);
});

test('headers that came more than once are no exact value', () => {
  const table = tableOf(
    rulesText({ routes: [{ id: 'r', methods: ['GET'], path: '/', headers: { 'x-v': '1' }, upstream: 'legacy' }] }),
  );
  expect(idOf(table, { method: 'GET', path: '/', headers: { 'x-v': ['1', '1'] } })).toBeUndefined();
  expect(idOf(table, { method: 'GET', path: '/', headers: { 'x-v': '1' } })).toBe('r');
});
