import { expect, test } from 'vitest';
import { decide } from '../decision/decide.ts';
import { flagsFrom } from '../cases/flag-fixtures.ts';
import { restorePath, rewritePath } from '../path/path-rewrite.ts';
import { rulesText, tableOf } from '../testing/rules-builder.ts';
import { matchRoute } from './match-route.ts';

const read = { id: 'read', methods: ['GET'], path: '/trips/{tripId}', capability: 'trips' };

function decisionOf(transform: unknown, isMoved: boolean, others: readonly unknown[] = []) {
  const table = tableOf(rulesText({ routes: [{ ...read, transform }, ...others] }));
  const request = { method: 'GET', path: '/trips/7' };
  const flags = flagsFrom({ 'trips.cutover': isMoved });
  const subject = { kind: 'identified', id: '42' } as const;
  return decide({ table, match: matchRoute(table, request), request, subject, flags });
}

test('what a side says takes the place of what is said for both, and headers add up', () => {
  const transform = {
    request: { set: { 'x-a': 'both', 'x-b': 'both' }, remove: ['x-c'] },
    cookieDomain: 'remove',
    legacy: { request: { remove: ['x-b'] }, path: '/fahrten/{tripId}' },
  };
  const legacy = decisionOf(transform, false).transform;
  expect(legacy?.request).toEqual({ set: [['x-a', 'both']], gone: new Set(['x-a', 'x-b', 'x-c']) });
  expect([legacy?.cookieDomain, legacy?.rewritesLocation]).toEqual(['remove', true]);
  expect(legacy?.path && rewritePath(legacy.path, '/trips/7')).toBe('/fahrten/7');
  const extracted = decisionOf(transform, true).transform;
  expect(extracted?.request?.gone).toEqual(new Set(['x-a', 'x-b', 'x-c']));
  expect(extracted?.path).toBeUndefined();
});

test('a fall-back has the transformation of legacy', () => {
  const { transform, fallback } = decisionOf({ legacy: { location: 'keep' } }, true);
  expect(transform).toBeUndefined();
  expect(fallback?.transform?.rewritesLocation).toBe(false);
});

test('a side of which nothing is said has no transformation at all', () => {
  expect(decisionOf(undefined, true).transform).toBeUndefined();
  expect(decisionOf({ legacy: { path: '/x' } }, true).transform).toBeUndefined();
  expect(decisionOf({}, true).transform).toBeUndefined();
});

test('the ways back are those of all routes to the same upstream', () => {
  const others = [
    { id: 'users', methods: ['GET'], path: '/users/{id}', upstream: 'legacy', transform: { path: '/konten/{id}' } },
    { id: 'other', methods: ['GET'], path: '/other', upstream: 'services', transform: { path: '/elsewhere' } },
  ];
  const { transform } = decisionOf({ legacy: { location: 'rewrite' } }, false, others);
  expect(transform?.waysBack.map((way) => restorePath(way, '/konten/3'))).toEqual(['/users/3']);
});
