import { expect, test } from 'vitest';
import { problemsOf, rulesText, tableOf } from '../../testing/rules-builder.ts';

const list = { id: 'list', methods: ['GET'], path: '/trips', capability: 'trips' };
const textWith = (route: Readonly<Record<string, unknown>>) => rulesText({ routes: [{ ...list, ...route }] });
const codesOf = (route: Readonly<Record<string, unknown>>) =>
  problemsOf(textWith(route)).map(({ code, path }) => `${code} ${path}`);

test('a route keeps answers only when its rule says so', () => {
  expect(tableOf(textWith({})).routes[0]?.cache).toBeUndefined();
});

test('limits that are not said are the usual ones', () => {
  const usual = { maxBytes: undefined, maxEntryBytes: 1_048_576, maxSeconds: 3_600 };
  expect(tableOf(textWith({ cache: true })).routes[0]?.cache).toEqual(usual);
  expect(tableOf(textWith({ cache: { maxSeconds: 5, maxBytes: 10 } })).routes[0]?.cache).toEqual({
    ...usual,
    maxSeconds: 5,
    maxBytes: 10,
  });
});

test('only answers of GET are kept', () => {
  expect(codesOf({ methods: ['GET', 'POST'], access: 'read', cache: true })).toEqual([
    'cache-needs-get routes[0].cache',
  ]);
  expect(codesOf({ access: 'write', cache: true })).toEqual(['cache-needs-get routes[0].cache']);
  expect(tableOf(textWith({ methods: ['GET', 'HEAD'], cache: true })).routes.length).toBe(1);
});

test.each([false, 'yes', { maxSeconds: 0 }, { maxBytes: -1 }, { maxSecond: 1 }])('%j is no cache rule', (cache) => {
  expect(codesOf({ cache }).length).toBeGreaterThan(0);
});
