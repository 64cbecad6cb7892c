import fc from 'fast-check';

/** A head that a client could send. */
export interface GivenHead {
  readonly method: string;
  readonly target: string;
  readonly version: string;
  readonly lines: readonly (readonly [name: string, value: string])[];
}

const characters = (set: string, minLength: number, maxLength: number): fc.Arbitrary<string> =>
  fc.array(fc.constantFrom(...Array.from(set)), { minLength, maxLength }).map((each) => each.join(''));

const nameSet = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
const inside = [...Array(256).keys()].filter((code) => code === 9 || (code >= 0x20 && code !== 0x7f));
const value = characters(String.fromCodePoint(...inside), 0, 20).map((text) => text.replaceAll(/^[\t ]+|[\t ]+$/g, ''));
const freeName = characters(nameSet, 1, 12).filter(
  (name) => !/^(?:content-length|transfer-encoding|upgrade|connection)$/i.test(name),
);
const knownLine = fc.constantFrom(
  ['Connection', 'close'] as const,
  ['Connection', 'keep-alive, x'] as const,
  ['Cookie', 'a=1'] as const,
  ['Set-Cookie', 'a=1'] as const,
  ['ETag', '"1"'] as const,
  ['Host', 'a'] as const,
);

export const aHead: fc.Arbitrary<GivenHead> = fc.record({
  method: fc.constantFrom('GET', 'POST', 'DELETE', 'M-SEARCH', 'OPTIONS'),
  target: characters('abc/?%&=~!$;:@[]|"<>\\^`{}', 0, 20).map((rest) => `/${rest}`),
  version: fc.constantFrom('HTTP/1.1', 'HTTP/1.0'),
  lines: fc.array(fc.oneof(fc.tuple(freeName, value), knownLine), { maxLength: 8 }),
});

export function textOfHead({ method, target, version, lines }: GivenHead): string {
  return `${method} ${target} ${version}\r\n${lines.map(([name, text]) => `${name}: ${text}\r\n`).join('')}\r\n`;
}

/** What a head is made of when somebody tries what a parser lets through. */
const tricks = fc.constantFrom(
  ...['\r', '\n', '\r\n', '\0', ' ', '\t', ':', ',', ';', '\x0b', '\x7f', '\x80', '\xa0', '\xff', '0', '5', '"', '='],
  ...['chunked', 'Chunked', 'close', 'HTTP/1.1', 'HTTP/1.0', 'GET ', '/', '\r\n\r\n', ' \r\n', '\r\n '],
  ...['Content-Length: 5\r\n', 'Content-Length:0\r\n', 'Transfer-Encoding: chunked\r\n', 'Host: b\r\n', 'http://a'],
);

const edit = fc.record({ at: fc.nat(), removed: fc.nat({ max: 3 }), put: tricks });

/** A message with a head that was changed in a few places; behind it stand bytes that may be its body. */
export const mutatedMessage: fc.Arbitrary<string> = fc
  .record({
    head: aHead,
    framing: fc.constantFrom('', 'Content-Length: 5\r\n', 'Transfer-Encoding: chunked\r\n'),
    edits: fc.array(edit, { maxLength: 3 }),
  })
  .map(({ head, framing, edits }) => {
    const text = textOfHead(head);
    const start = text.indexOf('\r\n') + 2;
    const body = framing.startsWith('T') ? '5;a=b\r\nhello\r\n0\r\nX-T: 1\r\n\r\n' : framing && 'hello';
    const message = text.slice(0, start) + framing + text.slice(start) + body;
    return edits.reduce((soFar, { at, removed, put }) => {
      const place = at % soFar.length;
      return soFar.slice(0, place) + put + soFar.slice(place + removed);
    }, message);
  });
