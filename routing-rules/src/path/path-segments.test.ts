import { expect, test } from 'vitest';
import { matchRoute } from '../table/match-route.ts';
import { rulesText, tableOf } from '../testing/rules-builder.ts';
import { canonicalisePath } from './canonical-path.ts';

const table = tableOf(rulesText({ routes: [{ id: 'trips', methods: ['GET'], path: '/trips', capability: 'trips' }] }));

test.each([
  '/trips',
  '/trips/',
  '//trips',
  '/%74rips',
  '/trips;x=1',
  '/trips%3Bx=1',
  '/trips%3bx',
  '/./trips;',
  '/trips%3B',
])('the rule for /trips is not dodged by %s', (rawPath) => {
  const canonical = canonicalisePath(rawPath);
  if (canonical.kind === 'ambiguous') return expect.fail(canonical.reason);
  const match = matchRoute(table, { method: 'GET', path: canonical.path });
  expect(match.kind === 'matched' && match.route.id).toBe('trips');
});

test.each(['/trips%25', '/trips%253Bx', '/tripsx', '/trips%2Cx'])('%s is another path', (rawPath) => {
  const canonical = canonicalisePath(rawPath);
  expect(canonical.kind === 'canonical' && matchRoute(table, { method: 'GET', path: canonical.path }).kind).toBe(
    'unmatched',
  );
});
