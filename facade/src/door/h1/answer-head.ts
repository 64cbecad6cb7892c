import { STATUS_CODES, validateHeaderName, validateHeaderValue, type OutgoingHttpHeader } from 'node:http';
import { lowerNameOf } from '../../http1/field-names.ts';

/** What the request allows its answer to be. */
export interface AnswerFrame {
  readonly isHttp10: boolean;
  /** The answer to HEAD. */
  readonly isHead: boolean;
  readonly keepsAlive: boolean;
  readonly keepAliveSeconds: number;
}

export interface AnswerHeadText {
  /** With its empty line. */
  readonly text: string;
  /** What was announced; undefined: nothing. */
  readonly lengthBytes: number | undefined;
  readonly isChunked: boolean;
  /** There is nothing behind the head (RFC 9112 6.3). */
  readonly isBodyless: boolean;
  readonly isLast: boolean;
}

/** Neither text nor length of an answer may come out otherwise than they were checked. */
export class AnswerRefused extends TypeError {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * The head of an answer as one latin1 text: the list as it is, then `Date`, `Connection` and the framing, which are ours.
 *
 * @throws {TypeError} for a header that is none, with Node's codes
 */
export function answerHeadText(
  status: number,
  reason: string | undefined,
  flat: readonly OutgoingHttpHeader[],
  frame: AnswerFrame,
): AnswerHeadText {
  const seen: Seen = { lengthBytes: undefined, hasDate: false };
  let text = `${statusLine(status, reason)}${linesOf(flat, seen)}`;
  if (!seen.hasDate) text += dateLine();
  const { lengthBytes } = seen;
  const isBodyless = frame.isHead || status === 204 || status === 304;
  const isFramed = lengthBytes !== undefined || !frame.isHttp10;
  const isLast = !frame.keepsAlive || !isFramed;
  text += isLast ? 'Connection: close\r\n' : keepAliveLines(frame.keepAliveSeconds);
  const isChunked = lengthBytes === undefined && !isBodyless && !frame.isHttp10;
  return { text: `${text}${isChunked ? chunkedEnd : '\r\n'}`, lengthBytes, isChunked, isBodyless, isLast };
}

const chunkedEnd = 'Transfer-Encoding: chunked\r\n\r\n';

interface Seen {
  lengthBytes: number | undefined;
  hasDate: boolean;
}

const badReason = /[^\t\x20-\x7e\x80-\xff]/;

function statusLine(status: number, given: string | undefined): string {
  if (!Number.isInteger(status) || status < 200 || status > 999)
    throw new AnswerRefused('ERR_HTTP_INVALID_STATUS_CODE', `${status} is no status of an answer.`);
  const reason = given ?? STATUS_CODES[status] ?? 'unknown';
  if (badReason.test(reason)) throw new AnswerRefused('ERR_INVALID_CHAR', 'The reason phrase is none.');
  return `HTTP/1.1 ${status} ${reason}\r\n`;
}

function linesOf(flat: readonly OutgoingHttpHeader[], seen: Seen): string {
  let text = '';
  for (let index = 0; index < flat.length; index += 2) {
    const name = String(flat[index]);
    const value = String(flat[index + 1]);
    const lowerName = checkedName(name, value);
    if (lowerName === 'content-length') seen.lengthBytes = lengthOf(value, seen.lengthBytes);
    else if (lowerName === 'date') seen.hasDate = true;
    else if (framingNames.has(lowerName))
      throw new AnswerRefused('ERR_HTTP_FRAMING', `${lowerName} is not for an answer to say.`);
    text += `${name}: ${value}\r\n`;
  }
  return text;
}

// How the connection goes on, and where a body without a length ends, is said by whoever writes them.
const framingNames: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding']);

const badValue = /[^\t\x20-\x7e\x80-\xff]/;

/** @throws {TypeError} ERR_INVALID_HTTP_TOKEN, ERR_INVALID_CHAR */
function checkedName(name: string, value: string): string {
  const lowerName = lowerNameOf(name);
  if (lowerName === undefined) validateHeaderName(name);
  if (badValue.test(value)) validateHeaderValue(name, value);
  return lowerName ?? name;
}

/** Lines of a head or of trailers. */
export function checkedLine(name: string, value: string): string {
  checkedName(name, value);
  return `${name}: ${value}\r\n`;
}

function lengthOf(value: string, known: number | undefined): number {
  const lengthBytes = /^\d+$/.test(value) ? Number(value) : Infinity;
  if (known !== undefined || !Number.isSafeInteger(lengthBytes))
    throw new AnswerRefused('ERR_HTTP_CONTENT_LENGTH', 'The length of the answer is none, or told twice.');
  return lengthBytes;
}

let keptSeconds = 0;
let keptLines = '';

function keepAliveLines(seconds: number): string {
  if (seconds !== keptSeconds) {
    keptSeconds = seconds;
    keptLines = `Connection: keep-alive\r\nKeep-Alive: timeout=${seconds}\r\n`;
  }
  return keptLines;
}

let dateSecond = 0;
let dateText = '';

/** Made once a second. */
function dateLine(): string {
  const nowMs = Date.now();
  const second = Math.floor(nowMs / 1_000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = `Date: ${new Date(nowMs).toUTCString()}\r\n`;
  }
  return dateText;
}
