import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HeadReader } from './head-reader.ts';
import { readHead, type HeadReading } from './read-head.ts';
import { aHead, textOfHead } from '../../testing/heads.ts';

const head = (lines: string, first = 'GET /a HTTP/1.1'): HeadReading =>
  readHead(`${first}\r\n${lines === '' ? '' : `${lines}\r\n`}`);

/** With the empty line at its end. */
const readWhole = (text: string): HeadReading => readHead(text.slice(0, -'\r\n'.length));

/** Reads a head that comes in these pieces. */
function inPieces(pieces: readonly string[], limitBytes = 16_384): HeadReading | undefined {
  const reader = new HeadReader(limitBytes);
  for (const piece of pieces) {
    const reading = reader.read(Buffer.from(piece, 'latin1'));
    if (reading) return reading;
  }
  return undefined;
}

function cutAt(text: string, cuts: readonly number[]): readonly string[] {
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b), text.length];
  return places.slice(1).map((place, index) => text.slice(places[index], place));
}

describe('a head', () => {
  test('is read with its fields in order, in their case and with duplicates', () => {
    expect(head('Host: a\r\nX-B:\t1 \r\nx-b: 2')).toMatchObject({
      kind: 'head',
      method: 'GET',
      target: '/a',
      version: '1.1',
      rawHeaders: ['Host', 'a', 'X-B', '1', 'x-b', '2'],
      headers: { host: 'a', 'x-b': '1, 2' },
    });
  });

  test('joins cookies with a semicolon, lists Set-Cookie, and takes the first of what there is one of', () => {
    const lines = 'Cookie: a=1\r\nCookie: b=2\r\nSet-Cookie: c\r\nSet-Cookie: d\r\nETag: 1\r\netag: 2';
    expect(head(lines)).toMatchObject({ headers: { cookie: 'a=1; b=2', 'set-cookie': ['c', 'd'], etag: '1' } });
  });

  test('has names of object properties like any others', () => {
    expect(head('__proto__: a\r\nconstructor: b')).toMatchObject({
      rawHeaders: ['__proto__', 'a', 'constructor', 'b'],
    });
    expect(head('X-A: b')).not.toHaveProperty('headers.constructor');
  });

  test.each([
    ['nothing', '', 0],
    ['a length', 'Content-Length: 0012', 12],
    ['chunks', 'Transfer-Encoding: chunked', 'chunked'],
  ])('with %s tells the length of its body', (_what, lines, bodyBytes) => {
    expect(head(lines)).toMatchObject({ bodyBytes });
  });

  test.each([
    ['HTTP/1.1', '', false],
    ['HTTP/1.1', 'Connection: close', true],
    ['HTTP/1.1', 'Connection: x, Close', true],
    ['HTTP/1.0', '', true],
    ['HTTP/1.0', 'Connection: Keep-Alive', false],
    ['HTTP/1.0', 'Connection: keep-alive, close', true],
  ])('of %s with "%s" is the last: %s', (version, lines, isLast) => {
    expect(head(lines, `GET / ${version}`)).toMatchObject({ isLast });
  });

  test.each([
    ['GET / HTTP/1.1', 'Connection: Upgrade\r\nUpgrade: WebSocket', true],
    ['GET / HTTP/1.1', 'Connection: keep-alive, upgrade\r\nUpgrade: websocket', true],
    ['CONNECT a:80 HTTP/1.1', '', true],
    ['GET / HTTP/1.1', 'Upgrade: websocket', false],
    ['GET / HTTP/1.1', 'Connection: upgrade', false],
    ['GET / HTTP/1.1', 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c', false],
    ['POST / HTTP/1.1', 'Connection: Upgrade\r\nUpgrade: websocket', false],
  ])('%s with "%s" takes the connection over: %s', (first, lines, isTakeover) => {
    expect(head(lines, first)).toMatchObject({ isTakeover });
  });

  test.each([
    ['HPE_INVALID_METHOD', 'get / HTTP/1.1', ''],
    ['HPE_INVALID_METHOD', '\r\nGET / HTTP/1.1', ''],
    ['HPE_INVALID_URL', 'GET a HTTP/1.1', ''],
    ['HPE_INVALID_URL', 'GET http://b@a/ HTTP/1.1', ''],
    ['HPE_INVALID_URL', 'GET /\xe9 HTTP/1.1', ''],
    ['HPE_INVALID_VERSION', 'GET / HTTP/1.2', ''],
    ['HPE_INVALID_VERSION', 'GET /  HTTP/1.1', ''],
    ['HPE_INVALID_HEADER_TOKEN', 'GET / HTTP/1.1', 'X-A : b'],
    ['HPE_INVALID_HEADER_TOKEN', 'GET / HTTP/1.1', 'X-A: b\r\n c'],
    ['HPE_INVALID_HEADER_TOKEN', 'GET / HTTP/1.1', 'X-A: \x7f'],
    ['HPE_LF_EXPECTED', 'GET / HTTP/1.1', 'X-A: b\nc: d'],
    ['HPE_LF_EXPECTED', 'GET / HTTP/1.1', 'X-A: b\rc: d'],
    ['HPE_UNEXPECTED_CONTENT_LENGTH', 'GET / HTTP/1.1', 'Content-Length: 1\r\ncontent-length: 1'],
    ['HPE_INVALID_CONTENT_LENGTH', 'GET / HTTP/1.1', 'Content-Length: 9007199254740992'],
    ['HPE_INVALID_TRANSFER_ENCODING', 'GET / HTTP/1.1', 'Transfer-Encoding: chunked\r\nContent-Length: 1'],
    ['HPE_INVALID_TRANSFER_ENCODING', 'GET / HTTP/1.0', 'Transfer-Encoding: chunked'],
  ])('is refused with %s: %j, %j', (code, first, lines) => {
    expect(head(lines, first)).toEqual({ kind: 'refused', code });
  });
});

test('a head that was written is read as it was meant', () => {
  fc.assert(
    fc.property(aHead, (given) => {
      const { method, target, version, lines } = given;
      expect(readWhole(textOfHead(given))).toMatchObject({
        method,
        target,
        version: version.slice('HTTP/'.length),
        rawHeaders: lines.flat(),
      });
    }),
  );
});

describe('a head in pieces', () => {
  test('is the same wherever it is cut', () => {
    fc.assert(
      fc.property(aHead, fc.array(fc.nat(), { maxLength: 12 }), (given, cuts) => {
        const text = textOfHead(given);
        expect(inPieces(cutAt(text, cuts))).toEqual(readWhole(text));
      }),
    );
  });

  test('byte by byte, and behind one empty line', () => {
    const text = 'GET /a HTTP/1.1\r\nHost: a\r\n\r\n';
    expect(inPieces(Array.from(`\r\n${text}`))).toEqual(readWhole(text));
    expect(inPieces(Array.from(`\r\n\r\n${text}`))).toMatchObject({ code: 'HPE_INVALID_METHOD' });
  });

  test.each([
    ['no method', '\x16\x03\x01', 'HPE_INVALID_METHOD'],
    ['a method that is none', 'GEX', 'HPE_INVALID_METHOD'],
    ['a line feed alone', 'GET / HTTP/1.1\nHost', 'HPE_LF_EXPECTED'],
    ['a carriage return alone', 'GET / HTTP/1.1\rHost', 'HPE_LF_EXPECTED'],
    ['a NUL', 'GET /\0', 'HPE_INVALID_HEADER_TOKEN'],
    ['too much', `GET /${'a'.repeat(16_384)}`, 'HPE_HEADER_OVERFLOW'],
  ])('is refused with %s before its end is here', (_what, text, code) => {
    expect(inPieces([text])).toMatchObject({ code });
    expect(inPieces(Array.from(text))).toMatchObject({ code });
  });

  test('may be as large as the limit, and not by one byte larger', () => {
    const text = `GET / HTTP/1.1\r\nX-A: ${'a'.repeat(100)}\r\n\r\n`;
    expect(inPieces([text], text.length)).toMatchObject({ kind: 'head' });
    expect(inPieces([text], text.length - 1)).toMatchObject({ code: 'HPE_HEADER_OVERFLOW' });
    expect(inPieces(Array.from(text), text.length - 1)).toMatchObject({ code: 'HPE_HEADER_OVERFLOW' });
  });

  test('tells how many bytes were its own', () => {
    const reader = new HeadReader(1_000);
    const text = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';
    expect(reader.read(Buffer.from(`\r\n${text.slice(0, 20)}`))).toBeUndefined();
    expect(reader.read(Buffer.from(`${text.slice(20)}next`))).toMatchObject({ kind: 'head' });
    expect(reader.takenBytes).toBe(text.length - 20);
  });

  test('never throws, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 6 }), (pieces) => {
        inPieces(pieces.map((piece) => Buffer.from(piece).toString('latin1')));
      }),
    );
  });
});
