import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalisePath } from './canonical-path.ts';
import { parsePathPattern, type PatternSegment } from './path-pattern.ts';
import { compilePathRewrite, restorePath, rewritePath, type PathRewrite } from './path-rewrite.ts';

function segmentsOf(text: string): readonly PatternSegment[] {
  const reading = parsePathPattern(text);
  return reading.kind === 'pattern' ? reading.segments : expect.fail(reading.message);
}

function aRewrite(publicPath: string, sidePath: string, ignoresCase = false): PathRewrite {
  return compilePathRewrite(segmentsOf(publicPath), segmentsOf(sidePath), ignoresCase);
}

describe("the way to the side's path", () => {
  test.each([
    ['/trips/{tripId}', '/api/fahrten/{tripId}', '/trips/7', '/api/fahrten/7'],
    ['/trips/{tripId}', '/api/fahrten/{tripId}', '/trips/7/', '/api/fahrten/7/'],
    ['/trips', '/', '/trips', '/'],
    ['/trips', '/', '/trips/', '/'],
    ['/a/{x}/b/{y}', '/{y}/{x}', '/a/1/b/2', '/2/1'],
    ['/users/{rest*}', '/konten/{rest*}', '/users/1/a%20b/c', '/konten/1/a%20b/c'],
    ['/users/{rest*}', '/konten/{rest*}', '/users', '/konten'],
    ['/trips/{tripId}', '/größe/{tripId}', '/trips/7', '/gr%C3%B6%C3%9Fe/7'],
    ['/trips/{tripId}', '/f:all/{tripId}', '/trips/7;v=1', '/f:all/7;v=1'],
  ])('%s as %s leads from %s to %s', (publicPath, sidePath, asked, expected) => {
    expect(rewritePath(aRewrite(publicPath, sidePath), asked)).toBe(expected);
  });

  test('keeps what a parameter holds inside its segment, whatever it decodes to', () => {
    const rewrite = aRewrite('/trips/{tripId}', '/api/fahrten/{tripId}');
    for (const hostile of ['%252F', '%252e%252e', '%25%32%66', '..%25', '%FF', 'a%3Fb', '%23'])
      expect(rewritePath(rewrite, `/trips/${hostile}`)).toBe(`/api/fahrten/${hostile}`);
  });

  test('gives a canonical path of as many segments as the template has, for every canonical path of the route', () => {
    const rewrite = aRewrite('/a/{x}/{rest*}', '/deep/er/{x}/still/{rest*}');
    const piece = fc.oneof(
      fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 6 }),
      fc.constantFrom('..', '.', '%2e%2e', '%252e', '%2F', '%252F', '..;', '%00', '\\', ';', '%C3%BC', '%FF', '//'),
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 5 }), fc.boolean(), (pieces, endsOpen) => {
        const canonical = canonicalisePath(`/a/${pieces.join('/')}${endsOpen ? '/' : ''}`);
        // Climbing and hidden separators may lead out of the route, or be refused: nothing is rewritten then.
        if (canonical.kind === 'ambiguous' || !/^\/a\/[^/]/.test(canonical.path)) return;
        const rewritten = rewritePath(rewrite, canonical.path);
        expect(canonicalisePath(rewritten)).toEqual({ kind: 'canonical', path: rewritten });
        expect(rewritten.startsWith('/deep/er/')).toBe(true);
        expect(rewritten.split('/').length).toBe(canonical.path.split('/').length + 2);
        expect(restorePath(rewrite, rewritten)).toBe(canonical.path);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the way back', () => {
  const rewrite = aRewrite('/tenants/{tenant}/trips/{tripId}', '/fahrten/{tripId}');

  test('leads a path of the same shape to the public one', () => {
    expect(restorePath(aRewrite('/trips/{tripId}', '/api/fahrten/{tripId}'), '/api/fahrten/a%20b')).toBe(
      '/trips/a%20b',
    );
  });

  test.each(['/api/fahrten', '/api/fahrten/7/8', '/API/fahrten/7', '/other/fahrten/7'])('leaves %s', (path) => {
    expect(restorePath(aRewrite('/trips/{tripId}', '/api/fahrten/{tripId}'), path)).toBeUndefined();
  });

  test('is as blind to case as the side is', () => {
    const blind = aRewrite('/trips/{tripId}', '/api/fahrten/{tripId}', true);
    expect(restorePath(blind, '/API/Fahrten/Ab')).toBe('/trips/Ab');
  });

  test('takes what the path of the side does not tell from the request at hand, or not at all', () => {
    expect(restorePath(rewrite, '/fahrten/8', '/tenants/t1/trips/7')).toBe('/tenants/t1/trips/8');
    expect(restorePath(rewrite, '/fahrten/8')).toBeUndefined();
  });
});
