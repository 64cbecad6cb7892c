import { readFieldLines } from '../../http1/field-lines.ts';
import type { AnswerFault } from './faults.ts';

/** The head of an answer, read. */
export interface AnswerStart {
  readonly status: number;
  /** '' where the side gave none; latin1. */
  readonly reason: string;
  /** Flat: name, value, name, value; order, case and duplicates as the side sent them, latin1. */
  readonly raw: string[];
  /** Of the body, where it is known. */
  readonly lengthBytes: number | undefined;
  readonly isChunked: boolean;
  /** The connection serves no other request. */
  readonly isLast: boolean;
  /** What `Keep-Alive` says about how long an idle connection stays open. */
  readonly idleHintMs: number | undefined;
}

// RFC 9112 4; a missing space before a missing reason is what several servers send.
const statusLineForm = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?\r\n/;

/** @param text - latin1, each line with its CR LF, without the empty one at the end */
export function readHead(text: string): AnswerStart | AnswerFault {
  const line = statusLineForm.exec(text);
  if (!line) return 'ANSWER_STATUS_LINE';
  const raw = readFieldLines(text, line[0].length);
  return typeof raw === 'string' ? 'ANSWER_HEADER' : framed(line, raw);
}

interface Framing {
  fault: AnswerFault | undefined;
  lengthBytes: number | undefined;
  isChunked: boolean;
  closes: boolean;
  idleHintMs: number | undefined;
}

function framed(line: readonly string[], raw: string[]): AnswerStart | AnswerFault {
  const framing: Framing = {
    fault: undefined,
    lengthBytes: undefined,
    isChunked: false,
    closes: false,
    idleHintMs: undefined,
  };
  for (let index = 0; index < raw.length; index += 2) note(framing, raw[index] ?? '', raw[index + 1] ?? '');
  const { fault, lengthBytes, isChunked, closes, idleHintMs } = framing;
  if (fault !== undefined) return fault;
  // RFC 9112 6.3: an attempt at smuggling, or a server that errs.
  if (isChunked && lengthBytes !== undefined) return 'ANSWER_LENGTH';
  return {
    status: Number(line[2]),
    reason: line[3] ?? '',
    raw,
    lengthBytes,
    isChunked,
    isLast: closes || line[1] === '0',
    idleHintMs,
  };
}

/** The few names that say how the message is framed; their lengths tell nearly all others apart from them. */
function note(framing: Framing, name: string, value: string): void {
  switch (name.length) {
    case 10:
      noteConnection(framing, name.toLowerCase(), value);
      break;
    case 14:
      if (name.toLowerCase() === 'content-length') noteLength(framing, value);
      break;
    case 17:
      if (name.toLowerCase() === 'transfer-encoding') noteCoding(framing, value);
      break;
    default:
  }
}

function noteConnection(framing: Framing, lowerName: string, value: string): void {
  if (lowerName === 'connection') framing.closes ||= saysClose(value);
  else if (lowerName === 'keep-alive') framing.idleHintMs = hintOf(value) ?? framing.idleHintMs;
}

function saysClose(value: string): boolean {
  if (value === 'keep-alive' || value === 'close') return value === 'close';
  return value.split(',').some((option) => option.trim().toLowerCase() === 'close');
}

function hintOf(value: string): number | undefined {
  const seconds = /(?:^|[,;\s])timeout=(\d{1,9})(?!\d)/i.exec(value)?.[1];
  return seconds === undefined ? undefined : Number(seconds) * 1_000;
}

// One length, in digits (RFC 9110 8.6): several, even equal ones, are read differently by different recipients.
function noteLength(framing: Framing, value: string): void {
  const lengthBytes = Number(value);
  if (framing.lengthBytes !== undefined || !/^\d+$/.test(value) || lengthBytes > Number.MAX_SAFE_INTEGER)
    framing.fault ??= 'ANSWER_LENGTH';
  framing.lengthBytes = lengthBytes;
}

// Another coding would leave the client with bytes it cannot read: what is passed on is "chunked" at most.
function noteCoding(framing: Framing, value: string): void {
  if (framing.isChunked || value.toLowerCase() !== 'chunked') framing.fault ??= 'ANSWER_CODING';
  framing.isChunked = true;
}
