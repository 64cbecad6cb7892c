import { ownText } from '../../own-text.ts';
import { RequestUnframable } from './faults.ts';

/** What is known of a request before its body. */
export interface RequestStart {
  readonly method: string;
  /** Latin1: the request line and all fields but those that frame the body; without the empty line. */
  readonly text: string;
  /** The body's, as the client told it; undefined: it told none. */
  readonly lengthBytes: number | undefined;
  /** The connection serves no other request after this one, and is told so. */
  readonly isLast: boolean;
}

export interface RequestParts {
  readonly method: string;
  readonly path: string;
  /** Flat. */
  readonly headers: readonly string[];
  /** What a request without a `Host` asks for. */
  readonly host: string;
  /** The connection serves no other request, whatever this one is. */
  readonly isLast: boolean;
}

const tokenForm = /^[!#$%&'*+.^`|~\w-]+$/;
const pathForm = /^\/[\x21-\x7e\x80-\xff]*$/;
const badInValue = /[^\t\x20-\x7e\x80-\xff]/;

/** @returns what cannot be written so that every reader finds the same request in it, never throws it */
export function requestStart({ method, path, headers, host, isLast }: RequestParts): RequestStart | RequestUnframable {
  if (!tokenForm.test(method)) return new RequestUnframable('its method is no token');
  if (!pathForm.test(path)) return new RequestUnframable('its path has characters that a path has not');
  const seen: Seen = { fields: '', host: undefined, length: undefined, fault: undefined };
  for (let index = 0; index < headers.length; index += 2) note(seen, headers[index] ?? '', headers[index + 1] ?? '');
  if (seen.fault !== undefined) return new RequestUnframable(seen.fault);
  // A body that a side sends behind the head all the same, and late, would be read as the answer of the next request.
  const endsConnection = isLast || method === 'HEAD';
  const connection = endsConnection ? 'close' : 'keep-alive';
  const text = `${method} ${path} HTTP/1.1\r\nhost: ${seen.host ?? host}\r\nconnection: ${connection}\r\n${seen.fields}`;
  return { method, text, lengthBytes: seen.length, isLast: endsConnection };
}

interface Seen {
  fields: string;
  host: string | undefined;
  length: number | undefined;
  fault: string | undefined;
}

function note(seen: Seen, name: string, value: string): void {
  const kind = kindOf(name);
  if (badInValue.test(value)) seen.fault ??= 'a header value has characters that a value has not';
  if (kind === 'plain') seen.fields += `${name}: ${value}\r\n`;
  else noteOwn(seen, kind, value);
}

function noteOwn(seen: Seen, kind: Exclude<NameKind, 'plain'>, value: string): void {
  switch (kind) {
    case 'host':
      if (seen.host !== undefined) seen.fault ??= 'it has two hosts';
      seen.host = value;
      break;
    case 'length':
      noteLength(seen, value);
      break;
    case 'refused':
      seen.fault ??= 'a header is no token, or belongs to the connection';
      break;
    default:
      kind satisfies never;
  }
}

function noteLength(seen: Seen, value: string): void {
  const isOne = seen.length === undefined && /^\d+$/.test(value) && Number(value) <= Number.MAX_SAFE_INTEGER;
  if (!isOne) seen.fault ??= 'its length is none, or one of several';
  seen.length = Number(value);
}

type NameKind = 'plain' | 'host' | 'length' | 'refused';

// Names repeat: each is looked at once. The table grows by names that clients make up, so it ends.
const knownKinds = new Map<string, NameKind>();
const knownKindsLimit = 512;
const knownNameLength = 40;

function kindOf(name: string): NameKind {
  const known = knownKinds.get(name);
  if (known !== undefined) return known;
  const kind = tokenForm.test(name) ? kindOfToken(name.toLowerCase()) : 'refused';
  if (name.length <= knownNameLength && knownKinds.size < knownKindsLimit) knownKinds.set(ownText(name), kind);
  return kind;
}

function kindOfToken(lowerName: string): NameKind {
  switch (lowerName) {
    case 'host':
      return 'host';
    case 'content-length':
      return 'length';
    case 'transfer-encoding':
    case 'connection':
    case 'keep-alive':
    case 'upgrade':
    case 'expect':
      return 'refused';
    default:
      return 'plain';
  }
}

// For these a reader expects a body, or a length that says there is none (RFC 9110 8.6).
const bodyMethods: ReadonlySet<string> = new Set(['PUT', 'POST', 'PATCH', 'QUERY', 'PROPFIND', 'PROPPATCH']);

/** The head of a request whose body is empty. */
export function bodylessHead({ method, text }: RequestStart): string {
  return bodyMethods.has(method) ? `${text}content-length: 0\r\n\r\n` : `${text}\r\n`;
}

/** The head of a request whose body follows. */
export function bodyHead({ text, lengthBytes }: RequestStart): string {
  return lengthBytes === undefined
    ? `${text}transfer-encoding: chunked\r\n\r\n`
    : `${text}content-length: ${lengthBytes}\r\n\r\n`;
}

const trailersForm = /^(?:[!#$%&'*+.^`|~\w-]+:[\t\x20-\x7e\x80-\xff]*\r\n)*$/;

/** What ends a chunked body. Trailers that are no header lines say nothing anybody relies on. */
export function lastChunk(trailerLines: string): string {
  return `0\r\n${trailersForm.test(trailerLines) ? trailerLines : ''}\r\n`;
}
