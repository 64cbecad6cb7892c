import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { RequestUnframable } from './faults.ts';
import {
  bodyHead,
  bodylessHead,
  lastChunk,
  requestStart,
  type RequestParts,
  type RequestStart,
} from './request-start.ts';

const usual: RequestParts = { method: 'GET', path: '/a?b=c', headers: ['Host', 'a'], host: 'side:80', isLast: false };

function started(given: Partial<RequestParts>): RequestStart {
  const start = requestStart({ ...usual, ...given });
  if (start instanceof RequestUnframable) return expect.unreachable(start.message);
  return start;
}

describe('the head of a request', () => {
  test('has the host first, then all headers in their order and case, and what frames the body last', () => {
    const headers = ['X-A', '1', 'Content-Length', '005', 'host', 'a', 'x-a', '', 'X-A', '\xe9 "'];
    const start = started({ method: 'POST', headers });
    expect(bodyHead(start)).toBe(
      'POST /a?b=c HTTP/1.1\r\nhost: a\r\nconnection: keep-alive\r\nX-A: 1\r\nx-a: \r\nX-A: \xe9 "\r\ncontent-length: 5\r\n\r\n',
    );
  });

  test('asks for the host of the side where the client named none, and says when the connection ends', () => {
    expect(bodylessHead(started({ headers: [], isLast: true }))).toBe(
      'GET /a?b=c HTTP/1.1\r\nhost: side:80\r\nconnection: close\r\n\r\n',
    );
  });

  test('says that the connection ends with a HEAD', () => {
    const start = started({ method: 'HEAD' });
    expect([start.isLast, bodylessHead(start)]).toEqual([true, expect.stringContaining('\r\nconnection: close\r\n')]);
  });

  test('tells a length of zero where a body is expected, and a coding where no length is known', () => {
    for (const method of ['PUT', 'POST', 'PATCH'])
      expect(bodylessHead(started({ method }))).toMatch(/\r\ncontent-length: 0\r\n\r\n$/);
    for (const method of ['GET', 'HEAD', 'DELETE', 'OPTIONS'])
      expect(bodylessHead(started({ method }))).not.toContain('content-length');
    expect(bodyHead(started({ method: 'DELETE' }))).toMatch(/\r\ntransfer-encoding: chunked\r\n\r\n$/);
  });
});

describe('a request is refused that readers could read in two ways', () => {
  test.each<[string, Partial<RequestParts>]>([
    ['a method with a space', { method: 'GET /' }],
    ['a method that is empty', { method: '' }],
    ['a target that is no path', { path: '*' }],
    ['a target in absolute form', { path: 'http://a/' }],
    ['a space in the path', { path: '/a b' }],
    ['a line end in the path', { path: '/a\r\nX: y' }],
    ['a character beyond latin1 in the path', { path: '/\u0100' }],
    ['DEL in the path', { path: '/\x7f' }],
    ['a name with a colon', { headers: ['X:A', 'b'] }],
    ['a name that is empty', { headers: ['', 'b'] }],
    ['a name outside ASCII', { headers: ['X-\xc4', 'b'] }],
    ['a line end in a name', { headers: ['X\r\nY', 'b'] }],
    ['a line end in a value', { headers: ['X', 'b\r\nY: z'] }],
    ['a bare line feed in a value', { headers: ['X', 'b\nc'] }],
    ['a bare carriage return in a value', { headers: ['X', 'b\rc'] }],
    ['NUL in a value', { headers: ['X', 'b\0c'] }],
    ['DEL in a value', { headers: ['X', 'b\x7f'] }],
    ['a character beyond latin1 in a value', { headers: ['X', 'b\u010a'] }],
    ['a line end in the host', { headers: ['Host', 'a\r\nX: y'] }],
    ['two hosts', { headers: ['Host', 'a', 'HOST', 'a'] }],
    ['two lengths', { headers: ['Content-Length', '5', 'content-length', '5'] }],
    ['a list of lengths', { headers: ['Content-Length', '5, 5'] }],
    ['a length that is no number', { headers: ['Content-Length', '+5'] }],
    ['a length that is empty', { headers: ['Content-Length', ''] }],
    ['a length of 2^53', { headers: ['Content-Length', '9007199254740992'] }],
    ['a coding of its own', { headers: ['Transfer-Encoding', 'chunked'] }],
    ['a connection of its own', { headers: ['Connection', 'close'] }],
    ['an upgrade', { headers: ['Upgrade', 'h2c'] }],
    ['an expectation', { headers: ['Expect', '100-continue'] }],
  ])('%s', (_what, given) => {
    // Twice: what is known about a name must not change with how often it was seen.
    expect(requestStart({ ...usual, ...given })).toBeInstanceOf(RequestUnframable);
    expect(requestStart({ ...usual, ...given })).toBeInstanceOf(RequestUnframable);
  });

  const character = fc.oneof(fc.integer({ min: 0, max: 0x180 }), fc.constantFrom(10, 13, 32, 58));
  const word = fc.string({ unit: character.map((code) => String.fromCodePoint(code)), maxLength: 8 });

  property.prop([word, word, fc.array(fc.tuple(word, word), { maxLength: 4 })], { numRuns: 3_000 })(
    'or has as many lines as it has headers, each of which is one',
    (method, path, pairs) => {
      const start = requestStart({ ...usual, method, path: `/${path}`, headers: pairs.flat() });
      if (start instanceof RequestUnframable) return;
      const lines = bodylessHead(start).split(/[\r\n]/);
      const own = start.text.includes('\r\nhost: side:80\r\n') ? 1 : 0;
      expect(lines.filter((line) => line !== '' && line !== 'content-length: 0')).toHaveLength(2 + own + pairs.length);
      expect(lines[0]).toBe(`${method} /${path} HTTP/1.1`);
    },
  );
});

describe('the end of a chunked body', () => {
  test('has the trailers, unless they are no header lines', () => {
    expect(lastChunk('')).toBe('0\r\n\r\n');
    expect(lastChunk('X-A: 1\r\nX-B: \r\n')).toBe('0\r\nX-A: 1\r\nX-B: \r\n\r\n');
    for (const lines of ['X-A: 1', 'X A: 1\r\n', 'X-A: 1\r\n\r\nGET / HTTP/1.1\r\n', 'X-A: a\nb\r\n', ': a\r\n'])
      expect(lastChunk(lines)).toBe('0\r\n\r\n');
  });
});
