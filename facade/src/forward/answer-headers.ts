import { isHopByHop, namedByConnection, noneNamed } from './hop-by-hop.ts';

/** The head of a side's answer, made ready for the client. */
export interface AnswerHead {
  /** Flat: name, value, name, value; order, case and duplicates as the side sent them. */
  readonly headers: string[];
  readonly isEventStream: boolean;
  /** The body's length is known from the head. */
  readonly hasLength: boolean;
  /** The body is known to be complete without the end of the connection. */
  readonly isEndMarked: boolean;
}

/**
 * Pure: the same head gives the same headers. `flat` is the side's list without hop-by-hop names; what comes back takes its
 * place. Framing is not its business: a `Content-Length` must stay what it was.
 */
export type TransformAnswer = (status: number, flat: readonly string[]) => readonly string[];

interface Seen {
  connection: string | undefined;
  isChunked: boolean;
  isEventStream: boolean;
  hasLength: boolean;
}

/**
 * Takes out hop-by-hop names and our own, both of which the side has no say in.
 * Framing is Node's: a known length passes through, everything else is chunked anew.
 *
 * @param flat - name, value, name, value
 * @param isBodyless - HEAD, 204 and 304 have no body that trailers could follow
 */
export function answerHead(flat: readonly string[], isBodyless: boolean): AnswerHead {
  const lowerNames = flat.map((text, index) => (index % 2 === 0 ? text.toLowerCase() : ''));
  const seen = look(flat, lowerNames);
  const named = namedByConnection(seen.connection);
  const dropped = droppedFor(seen, isBodyless);
  const headers: string[] = [];
  for (let index = 0; index < flat.length; index += 2) {
    const lowerName = lowerNames[index] ?? '';
    if (isHopByHop(lowerName, named) || isOurs(lowerName) || dropped.has(lowerName)) continue;
    headers.push(flat[index] ?? '', flat[index + 1] ?? '');
  }
  return {
    headers,
    isEventStream: seen.isEventStream,
    ...endOf(seen, isBodyless),
  };
}

function endOf({ hasLength, isChunked }: Seen, isBodyless: boolean): Pick<AnswerHead, 'hasLength' | 'isEndMarked'> {
  return { hasLength: hasLength && !isChunked, isEndMarked: hasLength || isChunked || isBodyless };
}

// A length beside a transfer coding is void (RFC 9112 6.3); trailers follow a chunked body only.
function droppedFor({ isChunked }: Seen, isBodyless: boolean): ReadonlySet<string> {
  if (!isChunked) return trailerOnly;
  return isBodyless ? lengthAndTrailer : lengthOnly;
}

const lengthOnly: ReadonlySet<string> = new Set(['content-length']);
const trailerOnly: ReadonlySet<string> = new Set(['trailer']);
const lengthAndTrailer: ReadonlySet<string> = new Set(['content-length', 'trailer']);

/** Header bytes are latin1, never UTF-8 (RFC 9110 5.5). */
export function decodeHeaders(raw: readonly (Buffer | string)[]): string[] {
  return raw.map((bytes) => (typeof bytes === 'string' ? bytes : bytes.toString('latin1')));
}

function look(flat: readonly string[], lowerNames: readonly string[]): Seen {
  const seen: Seen = { connection: undefined, isChunked: false, isEventStream: false, hasLength: false };
  for (let index = 0; index < flat.length; index += 2) {
    const value = flat[index + 1] ?? '';
    switch (lowerNames[index]) {
      case 'connection':
        seen.connection = seen.connection === undefined ? value : `${seen.connection},${value}`;
        break;
      case 'transfer-encoding':
        seen.isChunked = true;
        break;
      case 'content-length':
        seen.hasLength = true;
        break;
      case 'content-type':
        seen.isEventStream = /^\s*text\/event-stream/i.test(value);
        break;
      default:
    }
  }
  return seen;
}

// What frames, routes, authenticates or describes the body must be known before it (RFC 9110 6.5.1).
const neverTrailers: ReadonlySet<string> = new Set([
  'content-length',
  'content-encoding',
  'content-type',
  'content-range',
  'host',
  'authorization',
  'set-cookie',
  'cache-control',
  'trailer',
]);

/** Pairs, as `ServerResponse.addTrailers` takes them. */
export function answerTrailers(raw: readonly (Buffer | string)[]): [string, string][] {
  const flat = decodeHeaders(raw);
  const pairs: [string, string][] = [];
  for (let index = 0; index < flat.length; index += 2) {
    const name = flat[index] ?? '';
    const lowerName = name.toLowerCase();
    if (isHopByHop(lowerName, noneNamed) || isOurs(lowerName) || neverTrailers.has(lowerName)) continue;
    pairs.push([name, flat[index + 1] ?? '']);
  }
  return pairs;
}

function isOurs(lowerName: string): boolean {
  return lowerName === 'x-request-id' || lowerName.startsWith('x-banyan-');
}
