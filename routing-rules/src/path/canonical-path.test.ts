import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { readVectors } from '../testing/read-room-file.ts';
import { ambiguityReasons, canonicalisePath, describeAmbiguity } from './canonical-path.ts';

const { vectors } = readVectors(
  'paths',
  z.strictObject({
    path: z.string(),
    canonical: z.string().optional(),
    ambiguous: z.enum(ambiguityReasons).optional(),
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

describe('the canonical path', () => {
  test.each(vectors.filter(({ canonical }) => canonical !== undefined))(
    'of $path is $canonical',
    ({ path, canonical }) => {
      expect(canonicalisePath(path)).toEqual({ kind: 'canonical', path: canonical });
    },
  );

  test.each(vectors.filter(({ ambiguous }) => ambiguous !== undefined))(
    'of $path does not exist: $ambiguous',
    ({ path, ambiguous }) => {
      expect(canonicalisePath(path)).toEqual({ kind: 'ambiguous', reason: ambiguous });
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

test('every reason has a vector and a sentence of its own', () => {
  expect(new Set(vectors.flatMap(({ ambiguous }) => ambiguous ?? []))).toEqual(new Set(ambiguityReasons));
  expect(new Set(ambiguityReasons.map(describeAmbiguity)).size).toBe(ambiguityReasons.length);
});
