import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CountedBody, type BodyReader, type PieceSink } from './body-reader.ts';
import { ChunkedBody } from './chunked-body.ts';

interface Read {
  readonly data: string;
  readonly isDone: boolean;
  readonly refusal: string | undefined;
  readonly trailers: readonly string[];
  /** Of the bytes behind the body. */
  readonly left: string;
}

const chunked = (sink: PieceSink): BodyReader => new ChunkedBody(1_000, sink);

/** Reads a body that comes in these pieces. */
function read(pieces: readonly string[], open: (sink: PieceSink) => BodyReader = chunked): Read {
  let [data, left] = ['', ''];
  const reader = open({ push: (piece) => void (data += piece.toString('latin1')) });
  for (const piece of pieces) {
    const bytes = Buffer.from(piece, 'latin1');
    const takenBytes = reader.isDone || reader.refusal !== undefined ? 0 : reader.read(bytes);
    if (reader.isDone) left += piece.slice(takenBytes);
  }
  return { data, isDone: reader.isDone, refusal: reader.refusal, trailers: reader.rawTrailers, left };
}

const whole = (data: string, trailers: readonly string[] = []): Partial<Read> => ({
  data,
  isDone: true,
  refusal: undefined,
  trailers,
});

describe('a chunked body', () => {
  test.each([
    ['0\r\n\r\n', whole('')],
    ['5\r\nhello\r\n0\r\n\r\n', whole('hello')],
    ['00000A;a=b;c;d="e;\\"f"\r\nhelloworld\r\n000\r\n\r\n', whole('helloworld')],
    ['1\r\na\r\n0\r\nX-A: 1\r\nx-a:2\r\n\r\n', whole('a', ['X-A', '1', 'x-a', '2'])],
    ['2\r\n\r\n\r\n0\r\n\r\n', whole('\r\n')],
  ])('%j is read, in one piece or byte by byte', (text, expected) => {
    expect(read([`${text}next`])).toMatchObject({ ...expected, left: 'next' });
    expect(read([...Array.from(text), 'next'])).toMatchObject({ ...expected, left: 'next' });
  });

  test.each([
    ['g\r\n', 'HPE_INVALID_CHUNK_SIZE'],
    ['\r\n', 'HPE_INVALID_CHUNK_SIZE'],
    ['5 \r\n', 'HPE_INVALID_CHUNK_SIZE'],
    ['0x5\r\n', 'HPE_INVALID_CHUNK_SIZE'],
    ['5\n', 'HPE_INVALID_CHUNK_SIZE'],
    ['20000000000000\r\n', 'HPE_INVALID_CHUNK_SIZE'],
    ['5;\r\n', 'HPE_INVALID_CHUNK_SIZE'],
    ['5;a=\0\r\n', 'HPE_INVALID_CHUNK_SIZE'],
    [`5;${'a'.repeat(20_000)}\r\n`, 'HPE_CHUNK_EXTENSIONS_OVERFLOW'],
    [`1;${'a'.repeat(9_000)}\r\nx\r\n1;${'a'.repeat(9_000)}\r\nx`, 'HPE_CHUNK_EXTENSIONS_OVERFLOW'],
    [`1;${'a'.repeat(1_000)}\r\nx\r\n`.repeat(17), 'HPE_CHUNK_EXTENSIONS_OVERFLOW'],
    ['1\r\nab\r\n', 'HPE_STRICT'],
    ['1\r\na\n', 'HPE_STRICT'],
    ['1\r\na\r\r\n', 'HPE_STRICT'],
    ['0\r\n\n', 'HPE_LF_EXPECTED'],
    ['0\r\nX-A : 1\r\n\r\n', 'HPE_INVALID_HEADER_TOKEN'],
    ['0\r\nX-A: 1\r\n 2\r\n\r\n', 'HPE_INVALID_HEADER_TOKEN'],
    ['0\r\nX-A: \0', 'HPE_INVALID_HEADER_TOKEN'],
    ['0\r\nContent-Length: 1\r\n\r\n', 'HPE_UNEXPECTED_CONTENT_LENGTH'],
    ['0\r\nTransfer-Encoding: chunked\r\n\r\n', 'HPE_INVALID_TRANSFER_ENCODING'],
    [`0\r\nX-A: ${'a'.repeat(1_000)}`, 'HPE_HEADER_OVERFLOW'],
  ])('%j is refused with %s, in one piece or byte by byte', (text, refusal) => {
    expect(read([text])).toMatchObject({ refusal, isDone: false });
    expect(read(Array.from(text))).toMatchObject({ refusal, isDone: false });
  });

  const chunks = fc.array(fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 20 }), { maxLength: 6 });
  const written = (data: readonly string[]): string =>
    `${data.map((each) => `${each.length.toString(16)}\r\n${each}\r\n`).join('')}0\r\nX-A: 1\r\n\r\n`;

  test('is the same wherever it is cut', () => {
    fc.assert(
      fc.property(chunks, fc.array(fc.nat(), { maxLength: 12 }), (data, cuts) => {
        const text = `${written(data)}next`;
        const places = [0, ...cuts.map((cut) => cut % text.length).toSorted((a, b) => a - b), text.length];
        const pieces = places.slice(1).map((place, index) => text.slice(places[index], place));
        expect(read(pieces)).toMatchObject({ ...whole(data.join(''), ['X-A', '1']), left: 'next' });
      }),
    );
  });

  test('never throws, whatever the bytes are', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 6 }), (pieces) => {
        read(pieces.map((piece) => Buffer.from(piece).toString('latin1')));
        read(['5\r\n', ...pieces.map((piece) => Buffer.from(piece).toString('latin1'))]);
      }),
    );
  });
});

test('a counted body takes its bytes and not one more', () => {
  expect(read(['he', '', 'll', 'onext'], (sink) => new CountedBody(5, sink))).toMatchObject({
    ...whole('hello'),
    left: 'next',
  });
});
