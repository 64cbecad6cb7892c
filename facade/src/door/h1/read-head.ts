import { METHODS, type IncomingHttpHeaders } from 'node:http';
import { faultInText, readFieldLines } from '../../http1/field-lines.ts';
import { namedFields } from './named-fields.ts';
import { refusalOf, type RefusalCode } from './refusal-code.ts';

/** The head of a request, with all that its connection must know of it. */
export interface Head {
  readonly kind: 'head';
  readonly method: string;
  readonly target: string;
  readonly version: '1.0' | '1.1';
  readonly rawHeaders: readonly string[];
  readonly headers: IncomingHttpHeaders;
  /** Length of the body that follows; 0: there is none. */
  readonly bodyBytes: number | 'chunked';
  /** The client wants, or can do, no other request on the connection. */
  readonly isLast: boolean;
  /** It asks for the connection itself: CONNECT, or a WebSocket. Any other upgrade may be ignored (RFC 9110 7.8). */
  readonly isTakeover: boolean;
}

export interface HeadRefusal {
  readonly kind: 'refused';
  readonly code: RefusalCode;
}

export type HeadReading = Head | HeadRefusal;

/** By themselves, so that a request holds no part of its head's text for the sake of three letters. */
const methods: ReadonlyMap<string, string> = new Map(METHODS.map((method) => [method, method]));

// A path, `*`, or an absolute form without a user; a control character or one outside ASCII is none of it.
const originOrAbsolute = /^(?:\/[\x21-\x7e]*|\*|[A-Za-z]+:\/\/[\w\-.!~*'()%;:&=+$,[\]]*(?:[/?][\x21-\x7e]*)?)$/;
const authority = /^[\x21-\x7e]+$/;

/**
 * Reads a whole head (RFC 9112 2 to 6). Strict: what two servers could read differently is refused, and so is everything that
 * Node's own parser refuses.
 *
 * @param text - latin1, each line with its CR LF, without the empty one at the end
 */
export function readHead(text: string): HeadReading {
  const reading = readLines(text);
  // Whatever else is wrong: a head has one refusal, be it seen whole or before its end is here.
  const isBad = reading.kind === 'refused' && faultInText(text) === 'bad-character';
  return isBad ? refused('HPE_INVALID_HEADER_TOKEN') : reading;
}

function readLines(text: string): HeadReading {
  const afterMethod = text.indexOf(' ');
  const method = methods.get(text.slice(0, afterMethod));
  if (afterMethod < 0 || method === undefined) return refused('HPE_INVALID_METHOD');
  const lineEnd = text.indexOf('\r');
  if (text.indexOf('\n') !== lineEnd + 1) return refused('HPE_LF_EXPECTED');
  const afterTarget = text.indexOf(' ', afterMethod + 1);
  const version = afterTarget < lineEnd ? versionAt(text, afterTarget + 1) : undefined;
  if (version === undefined) return refused('HPE_INVALID_VERSION');
  const target = text.slice(afterMethod + 1, afterTarget);
  if (!(method === 'CONNECT' ? authority : originOrAbsolute).test(target)) return refused('HPE_INVALID_URL');
  const raw = readFieldLines(text, lineEnd + 2);
  if (typeof raw === 'string') return refused(refusalOf[raw]);
  const named = namedFields(raw);
  return named ? headOf({ method, target, version }, raw, named) : refused('HPE_UNEXPECTED_CONTENT_LENGTH');
}

function versionAt(text: string, at: number): '1.0' | '1.1' | undefined {
  if (text.startsWith('HTTP/1.1\r', at)) return '1.1';
  return text.startsWith('HTTP/1.0\r', at) ? '1.0' : undefined;
}

type Line = Pick<Head, 'method' | 'target' | 'version'>;

function headOf(
  { method, target, version }: Line,
  rawHeaders: readonly string[],
  headers: IncomingHttpHeaders,
): HeadReading {
  const bodyBytes = bodyBytesOf(headers, version);
  if (typeof bodyBytes === 'object') return bodyBytes;
  const { connection, upgrade } = headers;
  const options = connection === undefined ? noOptions : optionsIn(connection);
  const isLast = options.includes('close') || (version === '1.0' && !options.includes('keep-alive'));
  const isTakeover =
    method === 'CONNECT' ||
    (upgrade !== undefined && method === 'GET' && upgrade.toLowerCase() === 'websocket' && options.includes('upgrade'));
  return { kind: 'head', method, target, version, rawHeaders, headers, bodyBytes, isLast, isTakeover };
}

const noOptions: readonly string[] = [];

function optionsIn(connection: string): readonly string[] {
  const lower = connection.toLowerCase();
  return lower.includes(',') ? lower.split(',').map((option) => option.trim()) : [lower];
}

const digits = /^\d+$/;

/** @see RFC 9112 6.3; one coding, once, in one spelling: every other one frames differently for somebody */
function bodyBytesOf(headers: IncomingHttpHeaders, version: Head['version']): Head['bodyBytes'] | HeadRefusal {
  const { 'content-length': length, 'transfer-encoding': coding } = headers;
  if (coding !== undefined) {
    const isGood = coding === 'chunked' && length === undefined && version === '1.1';
    return isGood ? coding : refused('HPE_INVALID_TRANSFER_ENCODING');
  }
  if (length === undefined) return 0;
  const bodyBytes = digits.test(length) ? Number(length) : Infinity;
  return Number.isSafeInteger(bodyBytes) ? bodyBytes : refused('HPE_INVALID_CONTENT_LENGTH');
}

/** Whether these bytes can be the beginning of a request; asked while there is no whole head. */
export function isMethodBegun(text: string): boolean {
  const end = text.indexOf(' ');
  if (end >= 0) return methods.has(text.slice(0, end));
  return METHODS.some((method) => method.startsWith(text));
}

export function refused(code: RefusalCode): HeadRefusal {
  return { kind: 'refused', code };
}
