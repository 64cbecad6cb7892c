import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { readStrictAnswer } from '../../testing/strict-answers.ts';
import { responseCases } from '../../testing/corpus.ts';
import { AnswerReader, type AnswerEvents } from './answer-reader.ts';
import type { AnswerFault } from './faults.ts';

interface Told {
  readonly heads: { readonly status: number; readonly reason: string; readonly raw: readonly string[] }[];
  body: string;
  trailers: readonly string[] | undefined;
  fault: AnswerFault | undefined;
  hasSurplus: boolean;
  beginCount: number;
}

const limitBytes = 4_096;

/** What a reader tells about bytes that come in these pieces, in memory that is written over as soon as it was read. */
function toldOf(pieces: readonly string[], method = 'GET'): Told {
  const told: Told = { heads: [], body: '', trailers: undefined, fault: undefined, hasSurplus: false, beginCount: 0 };
  const events: AnswerEvents = {
    onBegin: () => (told.beginCount += 1),
    onHead: ({ status, reason, raw }) => void told.heads.push({ status, reason, raw }),
    onBody: (piece) => (told.body += piece.toString('latin1')),
    onEnd: (trailers) => (told.trailers = trailers),
    onFault: (fault) => (told.fault = fault),
    onSurplus: () => (told.hasSurplus = true),
  };
  const reader = new AnswerReader(limitBytes, events);
  reader.expect(method);
  for (const piece of pieces) {
    const bytes = Buffer.from(piece, 'latin1');
    reader.read(bytes);
    bytes.fill('!');
  }
  if (reader.endsWithConnection) told.trailers = [];
  return told;
}

const token = fc.stringMatching(/^[!#$%&'*+.^_`|~A-Za-z0-9-]{1,12}$/);
const text = fc.stringMatching(/^[\t -~\x80-\xff]{0,20}$/);
const space = fc.constantFrom('', ' ', '\t', ' \t ');
const framingNames = new Set(['content-length', 'transfer-encoding']);
const field = fc
  .tuple(token, space, text, space)
  .filter(([name]) => !framingNames.has(name.toLowerCase()))
  .map(([name, before, value, after]) => `${name}:${before}${value}${after}\r\n`);
const fields = fc.array(field, { maxLength: 6 }).map((lines) => lines.join(''));
const reason = fc.oneof(
  text.map((words) => ` ${words}`),
  fc.constant(''),
);
const informational = fc.tuple(fc.constantFrom(100, 102, 103, 199), reason, fields);
const status = fc.oneof(fc.integer({ min: 200, max: 999 }), fc.constantFrom(200, 204, 304));
const byte = fc.integer({ min: 0, max: 255 }).map((code) => String.fromCharCode(code));
const bytes = fc.string({ unit: byte, maxLength: 40 });
const extension = fc.oneof(
  fc.constant(''),
  token.map((name) => `;${name}`),
  fc.tuple(token, token).map(([name, value]) => `;${name}=${value}`),
  fc.tuple(token, fc.stringMatching(/^[\t !#-[\]-~\x80-\xff]{0,6}$/)).map(([name, value]) => `;${name}="${value}\\""`),
);
const zeros = fc.constantFrom('', '0', '000');
const chunk = fc
  .tuple(bytes, extension, zeros)
  .filter(([data]) => data !== '')
  .map(([data, more, before]) => `${before}${data.length.toString(16)}${more}\r\n${data}\r\n`);
const chunks = fc
  .tuple(fc.array(chunk, { maxLength: 5 }), extension, fields)
  .map(([list, more, trailers]) => `${list.join('')}0${more}\r\n${trailers}\r\n`);
const framed = fc.oneof(
  bytes.map((body) => `Content-Length: ${body.length}\r\n\r\n${body}`),
  chunks.map((body) => `tRANSFER-encoding:CHUNKED\r\n\r\n${body}`),
  bytes.map((body) => `\r\n${body}`),
);

/** Any answer that RFC 9112 allows, with what may stand before it and something behind it. */
const answer = fc
  .record({
    emptyLine: fc.constantFrom('', '', '', '\r\n'),
    before: fc.array(informational, { maxLength: 2 }),
    version: fc.constantFrom('0', '1', '1', '1'),
    status,
    reason,
    fields,
    framed,
    rest: fc.constantFrom('', '', '', 'x', 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'),
  })
  .map((parts) => {
    const early = parts.before.map(([code, words, lines]) => `HTTP/1.1 ${code}${words}\r\n${lines}\r\n`).join('');
    const head = `HTTP/1.${parts.version} ${parts.status}${parts.reason}\r\n${parts.fields}`;
    return `${parts.emptyLine}${early}${head}${parts.framed}${parts.rest}`;
  });

const corpus = responseCases()
  .map((given) => given.answer)
  .filter((given) => given.length < 500);
const mutation = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  removed: fc.nat({ max: 4 }),
  added: fc.oneof(fc.constantFrom('\r\n', '\n', '\r', '\0', ' ', ':', ';', ',', '0', '\r\n\r\n', '\xff'), bytes),
});
const mutated = fc
  .tuple(fc.oneof(answer, fc.constantFrom(...corpus)), fc.array(mutation, { minLength: 1, maxLength: 3 }))
  .map(([given, mutations]) =>
    mutations.reduce((so, { at, removed, added }) => {
      const index = Math.floor(at * so.length);
      return so.slice(0, index) + added + so.slice(index + removed);
    }, given),
  );
const anything = fc.oneof(answer, mutated, fc.constantFrom(...corpus), fc.string({ unit: byte, maxLength: 200 }));
const method = fc.constantFrom('GET', 'HEAD');
const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 8 });

function inPieces(given: string, at: readonly number[]): string[] {
  const ends = [...at.map((share) => Math.floor(share * given.length)), given.length].toSorted((one, two) => one - two);
  return ends.map((end, index) => given.slice(ends[index - 1] ?? 0, end)).filter((piece) => piece !== '');
}

describe('the reader of answers', () => {
  property.prop([answer, method], { numRuns: 2_000 })(
    'reads back every answer that RFC 9112 allows',
    (given, asked) => {
      const expected = readStrictAnswer(given, asked === 'HEAD');
      expect(expected).toBeDefined();
      const { heads, body, trailers, fault, hasSurplus } = toldOf([given], asked);
      expect({ heads, body, trailers, fault }).toEqual({
        heads: expected?.heads.map(({ status: code, reason: words, raw }) => ({ status: code, reason: words, raw })),
        body: expected?.body,
        trailers: expected?.trailers,
        fault: undefined,
      });
      expect(hasSurplus).toBe(expected?.rest !== '');
    },
  );

  property.prop([anything, method], { numRuns: 5_000 })(
    'never throws, and takes for an answer exactly what a strict reader takes for one',
    (given, asked) => {
      const expected = readStrictAnswer(given, asked === 'HEAD');
      const { heads, body, trailers, fault } = toldOf([given], asked);
      if (expected)
        expect({ fault, trailers, body }).toEqual({ fault, trailers: expected.trailers, body: expected.body });
      else expect(heads.at(-1)?.status === 101 || trailers === undefined).toBe(true);
    },
  );

  property.prop([anything, method, cuts], { numRuns: 5_000 })(
    'tells the same however the bytes are cut into packets',
    (given, asked, at) => {
      const whole = toldOf([given], asked);
      const { fault, ...cut } = toldOf(inPieces(given, at), asked);
      expect({ ...cut, isRefused: fault !== undefined }).toEqual({
        heads: whole.heads,
        body: whole.body,
        trailers: whole.trailers,
        hasSurplus: whole.hasSurplus,
        beginCount: whole.beginCount,
        isRefused: whole.fault !== undefined,
      });
    },
  );

  property.prop([mutated, method], { numRuns: 500 })('tells the same byte by byte', (given, asked) => {
    const { fault, ...single } = toldOf(given.split(/(?<=[^])/), asked);
    const { fault: faultOfWhole, ...whole } = toldOf([given], asked);
    expect({ ...single, isRefused: fault !== undefined }).toEqual({
      ...whole,
      isRefused: faultOfWhole !== undefined,
    });
  });
});

describe('a head', () => {
  const ok = 'HTTP/1.1 200 OK\r\n';
  const ofSize = (sizeBytes: number): string => `${ok}A: ${'a'.repeat(sizeBytes - ok.length - 7)}\r\n\r\n`;

  test.each([
    ['in one packet', [limitBytes]],
    ['byte by byte', Array.from({ length: limitBytes }, () => 1)],
  ] as const)('may be as large as the limit and not larger, %s', (_how, sizes) => {
    const cut = (given: string): string[] => (sizes.length === 1 ? [given] : given.split(/(?<=[^])/));
    expect(toldOf(cut(ofSize(limitBytes))).heads).toHaveLength(1);
    expect(toldOf(cut(ofSize(limitBytes + 1))).fault).toBe('ANSWER_HEAD_TOO_LARGE');
  });

  test('that never ends is refused at the limit, however little of it comes at a time', () => {
    const { fault } = toldOf([ok, ...Array.from({ length: limitBytes }, () => 'A: b\r\n')]);
    expect(fault).toBe('ANSWER_HEAD_TOO_LARGE');
  });

  test.each(['<html>', '\x15\x03\x01', '220 mail', 'HTTP/2', 'HTTP/1.1 200 OK\nA', 'HTTP/1.1 200 OK\r\nA: b\0'])(
    'that begins with %j is refused before its end comes',
    (given) => {
      expect(toldOf([given]).fault).toBeDefined();
    },
  );
});

describe('a chunked body', () => {
  const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';

  test.each([
    ['2^53', '20000000000000', 'ANSWER_CHUNK'],
    ['2^53 - 1', '1fffffffffffff', undefined],
    ['many zeros', '00000000000000000000000000000005', undefined],
    ['more zeros than anybody needs', '000000000000000000000000000000005', 'ANSWER_CHUNK'],
  ])('may announce a chunk of %s or not', (_what, size, fault) => {
    expect(toldOf([`${head}${size}\r\n`]).fault).toBe(fault);
  });

  test('has bounded extensions and bounded trailers', () => {
    expect(toldOf([`${head}5;${'a'.repeat(2_000)}`]).fault).toBe('ANSWER_CHUNK');
    expect(toldOf([`${head}0\r\n`, ...Array.from({ length: limitBytes }, () => 'A: b\r\n')]).fault).toBe(
      'ANSWER_TRAILER',
    );
  });

  test('hands on what has come of a chunk that is not whole', () => {
    expect(toldOf([`${head}5\r\nhel`]).body).toBe('hel');
  });
});

describe('what the head says about the connection', () => {
  function startOf(lines: string, version = '1.1') {
    let seen: { readonly isLast: boolean; readonly idleHintMs: number | undefined } | undefined;
    const none = (): void => undefined;
    const reader = new AnswerReader(limitBytes, {
      onBegin: none,
      onHead: ({ isLast, idleHintMs }) => (seen = { isLast, idleHintMs }),
      onBody: none,
      onEnd: none,
      onFault: none,
      onSurplus: none,
    });
    reader.expect('GET');
    reader.read(Buffer.from(`HTTP/${version} 200 OK\r\n${lines}Content-Length: 0\r\n\r\n`, 'latin1'));
    return seen;
  }

  test.each([
    ['', '1.1', false],
    ['', '1.0', true],
    ['Connection: keep-alive\r\n', '1.0', true],
    ['Connection: close\r\n', '1.1', true],
    ['CONNECTION: X-A, Close\r\n', '1.1', true],
    ['Connection: closed\r\n', '1.1', false],
  ])('%j of HTTP/%s: it is the last answer: %s', (lines, version, isLast) => {
    expect(startOf(lines, version)?.isLast).toBe(isLast);
  });

  test.each([
    ['Keep-Alive: timeout=5, max=100\r\n', 5_000],
    ['keep-alive: max=1,Timeout=72\r\n', 72_000],
    ['Keep-Alive: xtimeout=5\r\n', undefined],
    ['Keep-Alive: timeout=99999999999\r\n', undefined],
  ])('%j: it stays open for %s ms', (lines, hintMs) => {
    expect(startOf(lines)?.idleHintMs).toBe(hintMs);
  });
});
