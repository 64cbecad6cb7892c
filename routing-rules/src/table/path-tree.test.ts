import { expect, test } from 'vitest';
import { rulesText, someUpstreams, tableOf } from '../testing/rules-builder.ts';
import { matchRoute } from './match-route.ts';
import type { RuleTable } from './route-table.ts';

function tableFor(paths: readonly string[]): RuleTable {
  const routes = paths.map((path, index) => ({ id: `r${index}`, methods: ['GET'], path, upstream: 'legacy' }));
  return tableOf(rulesText({ routes }));
}

function pathFoundFor(table: RuleTable, path: string): string | undefined {
  const match = matchRoute(table, { method: 'GET', path });
  return match.kind === 'matched' ? match.route.path : undefined;
}

test('each of many siblings is found, and no other name is', () => {
  const paths = Array.from({ length: 400 }, (_, index) => `/area-${index % 3}/n${index * 7}`);
  const table = tableFor(paths);
  for (const path of paths) expect(pathFoundFor(table, path)).toBe(path);
  for (const path of paths) {
    expect(pathFoundFor(table, `${path}x`)).toBeUndefined();
    expect(pathFoundFor(table, path.slice(0, -1).concat('-'))).toBeUndefined();
  }
});

// FNV-1a of each pair is the same.
test.each([
  ['costarring', 'liquid'],
  ['declinate', 'macallums'],
  ['altarages', 'zinkes'],
])('%s and %s stay apart although they have one hash', (one, other) => {
  const both = tableFor([`/${one}`, `/${other}`]);
  expect([pathFoundFor(both, `/${one}`), pathFoundFor(both, `/${other}`)]).toEqual([`/${one}`, `/${other}`]);
  expect(pathFoundFor(tableFor([`/${one}`, '/beside']), `/${other}`)).toBeUndefined();
});

test('a name under one parent leads nowhere under another', () => {
  const table = tableFor(['/one/a', '/one/b', '/two/c', '/two/d']);
  expect(['/one/a', '/one/c', '/two/a', '/two/d'].map((path) => pathFoundFor(table, path))).toEqual([
    '/one/a',
    undefined,
    undefined,
    '/two/d',
  ]);
});

test('a name that another begins with, or ends with, is itself', () => {
  const paths = ['/in', '/index', '/dex', '/in/index', '/only'];
  const table = tableFor(paths);
  expect(paths.map((path) => pathFoundFor(table, path))).toEqual(paths);
  expect(['/inde', '/ind', '/only/in', '/in/in', '/in/indey'].map((path) => pathFoundFor(table, path))).toEqual(
    Array.from({ length: 5 }),
  );
});

test('letters that come out of decoding mind case only where all do', () => {
  const routes = [{ id: 'r', methods: ['GET'], path: '/a/x', upstream: 'legacy' }];
  const strict = tableOf(rulesText({ routes }));
  const legacy = { ...someUpstreams.legacy, caseSensitivePaths: false };
  const relaxed = tableOf(rulesText({ upstreams: { ...someUpstreams, legacy }, routes }));
  expect(['/%61/x', '/%41/x'].map((path) => pathFoundFor(strict, path))).toEqual(['/a/x', undefined]);
  expect(['/%61/x', '/%41/x'].map((path) => pathFoundFor(relaxed, path))).toEqual(['/a/x', '/a/x']);
});
