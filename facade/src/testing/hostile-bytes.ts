import fc from 'fast-check';
import { requestCases } from './corpus.ts';

/** What a hostile client writes on one connection, in the packets it writes. Latin1: one character per byte. */
export interface HostileStream {
  readonly packets: readonly string[];
}

const word = fc.stringMatching(/^[a-z]{1,4}$/);
const usually = <T>(usual: T, ...others: readonly T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(usual, ...others) });

const method = usually('GET', 'POST', 'DELETE', 'OPTIONS', 'HEAD', 'PUT', 'get', 'TRACE', 'CONNECT', 'PRI', 'G\0T');
const target = fc.oneof(
  word.map((name) => `/${name}`),
  fc.constantFrom(
    '/',
    '*',
    '//a',
    '/a/../b',
    '/%2e%2e/',
    '/a%2fb',
    '/a b',
    '/a#b',
    '/..;/a',
    'http://a/b',
    'http://b/',
    'a:80',
    '/\xe9',
  ),
);
const version = usually('HTTP/1.1', 'HTTP/1.0', 'HTTP/2.0', 'HTTP/1.2', 'http/1.1', '');
const space = usually(' ', '  ', '\t', '');
const colon = usually(': ', ':', ' : ', ':\t', ': \x0b');
const lineEnd = usually('\r\n', '\n', '\r', '\r\n ', '\n\r\n');

const framing = fc.oneof(
  fc
    .constantFrom('0', '3', '5', '005', '+5', '-1', '5, 5', '0x5', '99999999999999999999', '')
    .map((value) => ['Content-Length', value] as const),
  fc
    .constantFrom('chunked', 'Chunked', 'chunked, chunked', 'gzip, chunked', 'identity', '\x0bchunked', 'xchunked')
    .map((value) => ['Transfer-Encoding', value] as const),
);
const field = fc.oneof(
  framing,
  fc.tuple(
    fc.constantFrom(
      'Host',
      'X-A',
      'Connection',
      'Expect',
      'Upgrade',
      'Cookie',
      'TE',
      'Trailer',
      'Content_Length',
      'X A',
      'X-Forwarded-For',
      '',
    ),
    fc.oneof(
      word,
      fc.constantFrom('close', 'keep-alive, x-a', 'host, content-length', '100-continue', 'h2c', 'a\0b', '', 'a@b'),
    ),
  ),
);

const chunk = fc.oneof(
  fc.constantFrom(
    '0\r\n\r\n',
    '3\r\nabc\r\n',
    '3;x=y\r\nabc\r\n',
    '3\nabc\r\n',
    'ffffffffffffffff\r\n',
    '-1\r\n',
    '3\r\nab',
    '0\r\nX: y\r\n\r\n',
    '0\r\nContent-Length: 9\r\n\r\n',
  ),
  word,
);
const inner = 'GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n';
const body = fc.array(fc.oneof(chunk, fc.constant(inner)), { maxLength: 4 }).map((pieces) => pieces.join(''));

/** A message from the grammar of RFC 9112 with here and there a production of another grammar. */
const message = fc
  .record({
    method,
    target,
    version,
    gaps: fc.tuple(space, space),
    fields: fc.array(fc.tuple(field, colon, lineEnd), { maxLength: 5 }),
    body,
  })
  .map(({ method: verb, target: path, version: name, gaps: [first, second], fields, body: rest }) => {
    const lines = fields.map(([[key, value], separator, end]) => `${key}${separator}${value}${end}`);
    return `${verb}${first}${path}${second}${name}\r\nHost: a\r\n${lines.join('')}\r\n${rest}`;
  });

// Large cases would take the time in which hundreds of small ones are tried.
const corpus = requestCases()
  .map(({ send }) => send)
  .filter((send) => send.length < 500);

const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat({ max: 3 }),
  added: fc.oneof(
    fc.constantFrom('\r\n', '\n', '\r', '\0', ' ', '\t', ':', ',', '0', '\r\n\r\n', '\xff', '_', inner),
    fc.string({ unit: fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code)), maxLength: 3 }),
  ),
});

const mutated = fc.tuple(fc.constantFrom(...corpus), fc.array(mutation, { maxLength: 3 })).map(([bytes, mutations]) =>
  mutations.reduce((text, { at, removed, added }) => {
    const index = Math.floor(at * text.length);
    return text.slice(0, index) + added + text.slice(index + removed);
  }, bytes),
);

/** One to three messages, in one packet or in several. */
export const hostileStream: fc.Arbitrary<HostileStream> = fc
  .tuple(
    fc.array(fc.oneof(message, mutated), { minLength: 1, maxLength: 3 }),
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
  )
  .map(([messages, cuts]) => {
    const bytes = messages.join('');
    const ends = [...cuts.map((cut) => Math.floor(cut * bytes.length)), bytes.length].sort((one, other) => one - other);
    return { packets: ends.map((end, index) => bytes.slice(ends[index - 1] ?? 0, end)) };
  });
