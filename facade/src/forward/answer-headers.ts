import { isHopByHop, namedByConnection, noneNamed } from './hop-by-hop.ts';
import { mayTrail } from './trailers.ts';

/** The head of a side's answer, made ready for the client. */
export interface AnswerHead {
  /** Flat: name, value, name, value; order, case and duplicates as the side sent them. */
  readonly headers: string[];
  readonly isEventStream: boolean;
  /** The body's length is known from the head. */
  readonly hasLength: boolean;
  /** The body is known to be complete without the end of the connection. */
  readonly isEndMarked: boolean;
  /** Where the body ends, or how it is coded, could be read in two ways: the answer must not be passed on. */
  readonly isAmbiguous: boolean;
}

/**
 * Pure: the same head gives the same headers. `flat` is the side's list without hop-by-hop names; what comes back takes its
 * place. Framing is not its business: a `Content-Length` must stay what it was.
 */
export type TransformAnswer = (status: number, flat: readonly string[]) => readonly string[];

/**
 * Takes out hop-by-hop names and our own, both of which the side has no say in.
 * Framing is Node's: a known length passes through, everything else is chunked anew.
 *
 * @param raw - name, value, name, value
 * @param isBodyless - HEAD, 204 and 304 have no body that trailers could follow
 */
export function answerHead(raw: readonly (Buffer | string)[], isBodyless: boolean): AnswerHead {
  const headers: string[] = [];
  const seen: Seen = {
    connection: undefined,
    isChunked: false,
    isEventStream: false,
    hasLength: false,
    hasTrailer: false,
    isAmbiguous: false,
  };
  for (let index = 0; index < raw.length; index += 2) {
    const name = decode(raw[index]);
    const lowerName = name.toLowerCase();
    const value = decode(raw[index + 1]);
    note(seen, lowerName, value);
    if (!isHopByHop(lowerName, noneNamed) && !isOurs(lowerName)) headers.push(name, value);
  }
  removeVoid(headers, seen, isBodyless);
  return {
    headers,
    isEventStream: seen.isEventStream,
    hasLength: seen.hasLength && !seen.isChunked,
    isEndMarked: seen.hasLength || seen.isChunked || isBodyless,
    isAmbiguous: seen.isAmbiguous,
  };
}

function removeVoid(
  headers: string[],
  { connection, hasLength, isChunked, hasTrailer }: Seen,
  isBodyless: boolean,
): void {
  const named = namedByConnection(connection);
  if (named !== noneNamed) removeNamed(headers, named);
  // A length beside a transfer coding is void (RFC 9112 6.3); trailers follow a chunked body only.
  if (hasLength && isChunked) removeNamed(headers, lengthOnly);
  if (hasTrailer && (isBodyless || !isChunked)) removeNamed(headers, trailerOnly);
}

/** As {@link answerHead}, for an answer with this status. */
export function headOf(status: number, raw: readonly (Buffer | string)[], isBodyless: boolean): AnswerHead {
  const head = answerHead(raw, isBodyless);
  // 204 must not tell a length (RFC 9110 8.6): a client could wait for a body that never comes.
  if (status === 204) removeNamed(head.headers, lengthOnly);
  return head;
}

/** Whatever the method, there is nothing behind the head. */
export function isWithoutContent(status: number): boolean {
  return status === 204 || status === 304;
}

interface Seen {
  connection: string | undefined;
  isChunked: boolean;
  isEventStream: boolean;
  hasLength: boolean;
  hasTrailer: boolean;
  isAmbiguous: boolean;
}

function note(seen: Seen, lowerName: string, value: string): void {
  switch (lowerName) {
    case 'connection':
      seen.connection = seen.connection === undefined ? value : `${seen.connection},${value}`;
      break;
    case 'transfer-encoding':
      // Taken off as if it were "chunked", another coding would leave the client with bytes it cannot read.
      if (seen.isChunked || value.toLowerCase() !== 'chunked') seen.isAmbiguous = true;
      seen.isChunked = true;
      break;
    case 'content-length':
      if (Number(value) > Number.MAX_SAFE_INTEGER) seen.isAmbiguous = true;
      seen.hasLength = true;
      break;
    case 'content-type':
      seen.isEventStream = /^\s*text\/event-stream/i.test(value);
      break;
    case 'trailer':
      seen.hasTrailer = true;
      break;
    default:
  }
}

const lengthOnly: ReadonlySet<string> = new Set(['content-length']);
const trailerOnly: ReadonlySet<string> = new Set(['trailer']);

function removeNamed(headers: string[], named: ReadonlySet<string>): void {
  let kept = 0;
  for (let index = 0; index < headers.length; index += 2) {
    const name = headers[index] ?? '';
    if (named.has(name.toLowerCase())) continue;
    headers[kept] = name;
    headers[kept + 1] = headers[index + 1] ?? '';
    kept += 2;
  }
  headers.length = kept;
}

/** Header bytes are latin1, never UTF-8 (RFC 9110 5.5). */
function decode(bytes: Buffer | string | undefined): string {
  return bytes === undefined || typeof bytes === 'string' ? (bytes ?? '') : bytes.toString('latin1');
}

/** Pairs, as `ServerResponse.addTrailers` takes them. */
export function answerTrailers(raw: readonly (Buffer | string)[]): [string, string][] {
  const pairs: [string, string][] = [];
  for (let index = 0; index < raw.length; index += 2) {
    const name = decode(raw[index]);
    const lowerName = name.toLowerCase();
    if (isHopByHop(lowerName, noneNamed) || isOurs(lowerName) || !mayTrail(lowerName)) continue;
    pairs.push([name, decode(raw[index + 1])]);
  }
  return pairs;
}

function isOurs(lowerName: string): boolean {
  return lowerName === 'x-request-id' || lowerName.startsWith('x-banyan-');
}
