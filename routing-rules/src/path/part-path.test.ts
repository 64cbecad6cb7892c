import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalisePath } from './canonical-path.ts';
import { compilePartPath, fillPartPath } from './part-path.ts';
import { parsePathPattern } from './path-pattern.ts';

function segmentsOf(text: string) {
  const reading = parsePathPattern(text);
  return reading.kind === 'pattern' ? reading.segments : expect.fail(reading.message);
}

function fill(part: string, path: string, query: Readonly<Record<string, string>> = {}): string | undefined {
  const segments = compilePartPath(segmentsOf(part), segmentsOf('/overview/{tripId}/{rest*}'));
  return fillPartPath(segments, path, (name) => (Object.hasOwn(query, name) ? query[name] : undefined));
}

test.each([
  ['/trips/{tripId}', '/overview/7/x', {}, '/trips/7'],
  ['/files/{rest*}', '/overview/7/a%20b/c', {}, '/files/a%20b/c'],
  ['/vehicles/{vehicle}', '/overview/7', { vehicle: 'a b' }, '/vehicles/a%20b'],
  ['/vehicles/{vehicle}', '/overview/7', { vehicle: 'ü' }, '/vehicles/%C3%BC'],
])('%s of %s with %j is %s', (part, path, query, expected) => {
  expect(fill(part, path, query)).toBe(expected);
});

test.each(['', '.', '..', 'a/b', 'a\\b', '../x', 'x/../y', '\0', '..;x'])(
  'a query value of %j gives no path',
  (vehicle) => {
    expect(fill('/vehicles/{vehicle}', '/overview/7', { vehicle })).toBeUndefined();
  },
);

test('a query that lacks the value gives no path', () => {
  expect(fill('/vehicles/{vehicle}/logs', '/overview/7')).toBeUndefined();
});

test('no query value leaves its segment', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (vehicle) => {
      const path = fill('/vehicles/{vehicle}/logs', '/overview/7', { vehicle });
      if (path === undefined) return;
      expect(path).toMatch(/^\/vehicles\/[^/]+\/logs$/);
      expect(canonicalisePath(path)).toEqual({ kind: 'canonical', path });
    }),
    { numRuns: 2_000 },
  );
});
