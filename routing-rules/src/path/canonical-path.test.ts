import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readVectors } from '../testing/read-room-file.ts';
import { canonicalisePath, readPath, settlePath } from './canonical-path.ts';
import { ambiguityReasons, describeAmbiguity, pathAllowances, type PathAllowance } from './path-ambiguity.ts';
import { segmentNames } from './path-segments.ts';

const { vectors } = readVectors(
  'paths',
  z.strictObject({
    path: z.string(),
    canonical: z.string().optional(),
    ambiguous: z.enum(ambiguityReasons).optional(),
    allow: z.array(z.enum(pathAllowances)).default([]),
  }),
);
const pieces = [
  '/',
  '/',
  '//',
  'a',
  'trips',
  '.',
  '..',
  '/../',
  '/./',
  ';',
  '..;',
  ';v=1',
  '%2e',
  '%2E%2e',
  '%2f',
  '%5c',
  '%41',
  '%c3',
  '%c0%af',
  '%C0%ae%c0%AE',
  '%c1%9c',
  '%e0%80%af',
  '%f0%80%80%ae',
  '%f8%80%80%80%af',
  '%fc%80%80%80%80%ae',
  '%c0%2e',
  '%c0',
  '%3b',
  '..%3b',
  '%00',
  '%25',
  '%',
  '%z',
  '\\',
  ' ',
  '{',
  '?',
  '#',
  '\u0000',
  'é',
  '~',
];
const hostilePaths = fc
  .array(fc.oneof(fc.constantFrom(...pieces), fc.string({ unit: 'binary', maxLength: 3 })), { maxLength: 12 })
  .map((parts) => `/${parts.join('')}`);

/** As for a route that allows these. */
function canonicalFor(path: string, allowed: readonly PathAllowance[]) {
  const reading = readPath(path);
  return reading.kind === 'read' ? settlePath(reading, allowed) : reading;
}

describe('the canonical path', () => {
  test.each(vectors.filter(({ canonical }) => canonical !== undefined))(
    'of $path is $canonical where $allow is allowed',
    ({ path, canonical, allow }) => {
      expect(canonicalFor(path, allow)).toEqual({ kind: 'canonical', path: canonical });
    },
  );

  test.each(vectors.filter(({ ambiguous }) => ambiguous !== undefined))(
    'of $path does not exist where $allow is allowed: $ambiguous',
    ({ path, ambiguous, allow }) => {
      expect(canonicalFor(path, allow)).toEqual({ kind: 'ambiguous', reason: ambiguous });
    },
  );

  test('is its own canonical path', () => {
    fc.assert(
      fc.property(hostilePaths, (path) => {
        const once = canonicalisePath(path);
        if (once.kind === 'canonical') expect(canonicalisePath(once.path)).toEqual(once);
      }),
      { numRuns: 20_000 },
    );
  });

  test('holds nothing that two servers read differently', () => {
    fc.assert(
      fc.property(hostilePaths, (path) => {
        const canonical = canonicalisePath(path);
        if (canonical.kind === 'ambiguous') return;
        expect(canonical.path).toMatch(/^\/[\w\-.~!$&'()*+,;=:@/%]*$/);
        expect(canonical.path).not.toMatch(/\/\/|\/\.{1,2}(?:[/;]|$)|%(?:2f|5c|[01].|7f)|%(?![0-9A-F]{2})/i);
      }),
      { numRuns: 20_000 },
    );
  });

  test('is what a URL parser makes of the path, where that is not ambiguous', () => {
    const plainPaths = fc.array(fc.constantFrom('a', 'trips', '.', '..', '%2e', '%2E%2e', 'a%2Fb', '7'), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(plainPaths, (segments) => {
        const path = `/${segments.join('/')}`;
        const canonical = canonicalisePath(path);
        if (canonical.kind === 'canonical') expect(new URL(`http://host${path}`).pathname).toBe(canonical.path);
      }),
    );
  });

  test('is found in time linear in the length of the path', () => {
    const longest = `/${'a/../'.repeat(100_000)}`;
    expect(canonicalisePath(longest)).toEqual({ kind: 'canonical', path: '/' });
  });
});

describe('the path for a route that allows some readings', () => {
  const allowances = fc.subarray([...pathAllowances]);

  test('is its own canonical path for that route, or is refused by what the route does not allow', () => {
    fc.assert(
      fc.property(hostilePaths, allowances, (path, allowed) => {
        const once = canonicalFor(path, allowed);
        if (once.kind === 'canonical') expect(canonicalFor(once.path, allowed)).toEqual(once);
        else expect(allowed).not.toContain(once.reason);
      }),
      { numRuns: 20_000 },
    );
  });

  test('shows nothing that the route does not allow', () => {
    const shown: Readonly<Record<PathAllowance, RegExp>> = {
      'encoded-separator': /%2f/i,
      backslash: /\\|%5c/i,
      'encoded-control': /%[01].|%7f/i,
      'dot-segment-parameters': /\/\.{0,2}(?:;|%3B)/,
      'overlong-encoding':
        /%C[01]%[89AB].|%C0\.|%E0%[89].%[89AB].|%F0%8.%[89AB].%[89AB].|%F8%8[0-7](?:%[89AB].){3}|%FC%8[0-3](?:%[89AB].){4}/,
      'hidden-dot-segments':
        /\/\.{1,2}(?:%2F|%5C|%[01].|%7F)|(?:%2F|%5C|%[01].|%7F)\.{1,2}(?:\/|;|$|%2F|%5C|%[01].|%7F)/,
      'empty-segments': /\/\//,
    };
    fc.assert(
      fc.property(hostilePaths, allowances, (path, allowed) => {
        const canonical = canonicalFor(path, allowed);
        if (canonical.kind === 'ambiguous') return;
        expect(canonical.path).toMatch(/^\/[\w\-.~!$&'()*+,;=:@/%]*$/);
        expect(canonical.path).not.toMatch(/^\/\/|\/\.{1,2}(?:\/|$)|%(?![0-9A-F]{2})/);
        for (const allowance of pathAllowances)
          if (!allowed.includes(allowance)) expect(canonical.path).not.toMatch(shown[allowance]);
      }),
      { numRuns: 20_000 },
    );
  });

  test('is matched alike with and without its empty segments', () => {
    fc.assert(
      fc.property(hostilePaths, (path) => {
        const reading = readPath(path);
        if (reading.kind === 'read') expect(segmentNames(reading.spacedPath)).toEqual(segmentNames(reading.path));
      }),
      { numRuns: 20_000 },
    );
  });
});

test('every reason has a vector and a sentence of its own', () => {
  expect(new Set(vectors.flatMap(({ ambiguous }) => ambiguous ?? []))).toEqual(new Set(ambiguityReasons));
  expect(new Set(ambiguityReasons.map(describeAmbiguity)).size).toBe(ambiguityReasons.length);
});
