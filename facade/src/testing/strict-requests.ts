/** One whole request, as only a server that tolerates nothing would read it. Text is latin1: one character per byte. */
export interface StrictRequest {
  readonly method: string;
  readonly target: string;
  /** As they came; names keep their case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  /** Without its framing. */
  readonly body: string;
  readonly length: number;
}

export type StrictReading =
  | { readonly kind: 'request'; readonly request: StrictRequest }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'malformed'; readonly why: string };

const requestLine = /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+) ([\x21-\x7e]+) HTTP\/1\.1$/;
const fieldLine =
  /^([!#$%&'*+\-.^_`|~0-9A-Za-z]+):[ \t]*((?:[\x21-\x7e\x80-\xff](?:[ \t\x21-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?)[ \t]*$/;
const incomplete: StrictReading = { kind: 'incomplete' };
const malformed = (why: string): Malformed => ({ kind: 'malformed', why });

/**
 * Reads the first request of what came in on a connection. It shares no code with the parsers under test: what it reads
 * is what RFC 9112 allows a sender to send, and nothing that a recipient may forgive.
 */
export function readStrictRequest(bytes: string): StrictReading {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return /(?:^|[^\r])\n|\r[^\n]/.test(bytes) ? malformed('a bare CR or LF') : incomplete;
  const head = readHead(bytes.slice(0, headEnd));
  if (head.kind === 'malformed') return head;
  const { method, target, headers } = head;
  const body = readBody(bytes, headEnd + 4, framingOf(headers));
  if (body.kind !== 'body') return body;
  return { kind: 'request', request: { method, target, headers, body: body.text, length: body.end } };
}

type Malformed = Extract<StrictReading, { readonly kind: 'malformed' }>;
type Head = { readonly kind: 'head' } & Pick<StrictRequest, 'method' | 'target' | 'headers'>;

function readHead(text: string): Head | Malformed {
  const [first = '', ...lines] = text.split('\r\n');
  const [, method, target] = requestLine.exec(first) ?? [];
  if (method === undefined || target === undefined) return malformed(`the request line ${JSON.stringify(first)}`);
  const headers: [string, string][] = [];
  for (const line of lines) {
    const [, name, value] = fieldLine.exec(line) ?? [];
    if (name === undefined || value === undefined) return malformed(`the header line ${JSON.stringify(line)}`);
    headers.push([name, value]);
  }
  return { kind: 'head', method, target, headers };
}

function readBody(bytes: string, start: number, framing: Framing): Body {
  if (framing.kind === 'malformed') return framing;
  return framing.kind === 'chunked' ? readChunks(bytes, start) : readCounted(bytes, start, framing.length);
}

type Framing = { readonly kind: 'counted'; readonly length: number } | { readonly kind: 'chunked' } | Malformed;

function framingOf(headers: readonly (readonly [string, string])[]): Framing {
  const valuesOf = (wanted: string): readonly string[] =>
    headers.filter(([name]) => name.toLowerCase() === wanted).map(([, value]) => value);
  const [lengths, codings] = [valuesOf('content-length'), valuesOf('transfer-encoding')];
  if (valuesOf('host').length !== 1) return malformed('not exactly one Host');
  if (lengths.length + codings.length > 1) return malformed('more than one framing');
  const [length = '0', coding] = [lengths[0], codings[0]];
  if (coding !== undefined) return coding === 'chunked' ? { kind: 'chunked' } : malformed(`the coding ${coding}`);
  return /^\d{1,15}$/.test(length) ? { kind: 'counted', length: Number(length) } : malformed(`the length ${length}`);
}

type Body =
  | { readonly kind: 'body'; readonly text: string; readonly end: number }
  | Exclude<StrictReading, { readonly kind: 'request' }>;

function readCounted(bytes: string, start: number, length: number): Body {
  const end = start + length;
  return bytes.length < end ? { kind: 'incomplete' } : { kind: 'body', text: bytes.slice(start, end), end };
}

function readChunks(bytes: string, start: number): Body {
  let text = '';
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd < 0) return { kind: 'incomplete' };
    const size = bytes.slice(at, lineEnd);
    if (!/^[0-9A-Fa-f]{1,8}$/.test(size)) return malformed(`the chunk size ${JSON.stringify(size)}`);
    const dataEnd = lineEnd + 2 + Number.parseInt(size, 16);
    if (bytes.length < dataEnd + 2) return { kind: 'incomplete' };
    if (bytes.slice(dataEnd, dataEnd + 2) !== '\r\n') return malformed('no CRLF behind a chunk');
    if (dataEnd === lineEnd + 2) return { kind: 'body', text, end: dataEnd + 2 };
    text += bytes.slice(lineEnd + 2, dataEnd);
    at = dataEnd + 2;
  }
}
