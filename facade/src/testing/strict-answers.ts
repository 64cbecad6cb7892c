/** One answer, read to its end. */
export interface StrictAnswerRead {
  /** Of the informational answers before it, and its own. */
  readonly heads: readonly { readonly status: number; readonly reason: string; readonly raw: readonly string[] }[];
  readonly body: string;
  readonly trailers: readonly string[];
  /** Only the end of the connection ends it. */
  readonly isUntilClose: boolean;
  /** What stands behind it. */
  readonly rest: string;
}

/**
 * Reads an answer letter by letter, as RFC 9112 has it and in no other way: slow, and written without a look at the reader
 * that it is compared with.
 *
 * @param text - latin1
 * @returns undefined when it is none, or not whole
 */
export function readStrictAnswer(text: string, isToHead: boolean): StrictAnswerRead | undefined {
  const cursor = new Cursor(text);
  const heads: StrictAnswerRead['heads'][number][] = [];
  try {
    // One empty line before each head is passed over (RFC 9112 2.2).
    let head = readHead(cursor);
    for (; head.status < 200; head = readHead(cursor)) {
      if (head.status === 101) return undefined;
      if (head.status !== 100) heads.push(head);
    }
    heads.push(head);
    return { heads, ...readBody(cursor, head, isToHead), rest: cursor.rest };
  } catch (err) {
    if (err instanceof NotStrict) return undefined;
    throw err;
  }
}

class NotStrict extends TypeError {}

class Cursor {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get rest(): string {
    return this.#text.slice(this.#at);
  }

  sees(literal: string): boolean {
    return this.#text.startsWith(literal, this.#at);
  }

  skip(literal: string): boolean {
    if (!this.sees(literal)) return false;
    this.#at += literal.length;
    return true;
  }

  expect(literal: string): void {
    if (!this.skip(literal)) throw new NotStrict(`expected ${JSON.stringify(literal)}`);
  }

  while(isWanted: (character: string) => boolean): string {
    const from = this.#at;
    while (this.#at < this.#text.length && isWanted(this.#text.charAt(this.#at))) this.#at += 1;
    return this.#text.slice(from, this.#at);
  }

  some(isWanted: (character: string) => boolean): string {
    const found = this.while(isWanted);
    if (found === '') throw new NotStrict('nothing there');
    return found;
  }

  take(count: number): string {
    const taken = this.#text.slice(this.#at, this.#at + count);
    if (taken.length < count) throw new NotStrict('too short');
    this.#at += count;
    return taken;
  }
}

const tokenCharacters = new Set("!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
const isToken = (character: string): boolean => tokenCharacters.has(character);
const isDigit = (character: string): boolean => character >= '0' && character <= '9';
const isHex = (character: string): boolean => isDigit(character) || 'abcdefABCDEF'.includes(character);
const isText = (character: string): boolean => character === '\t' || (character >= ' ' && character !== '\x7f');

function readHead(cursor: Cursor) {
  cursor.skip('\r\n');
  cursor.expect('HTTP/1.');
  if (!cursor.skip('0')) cursor.expect('1');
  cursor.expect(' ');
  const digits = cursor.while(isDigit);
  if (digits.length !== 3 || digits.startsWith('0')) throw new NotStrict('no status');
  const reason = cursor.skip(' ') ? cursor.while(isText) : '';
  cursor.expect('\r\n');
  return { status: Number(digits), reason, ...framingOf(readFields(cursor)) };
}

function readFields(cursor: Cursor): string[] {
  const raw: string[] = [];
  while (!cursor.skip('\r\n')) {
    raw.push(cursor.some(isToken));
    cursor.expect(':');
    raw.push(trimmed(cursor.while(isText)));
    cursor.expect('\r\n');
  }
  return raw;
}

function trimmed(value: string): string {
  let text = value;
  while (text.startsWith(' ') || text.startsWith('\t')) text = text.slice(1);
  while (text.endsWith(' ') || text.endsWith('\t')) text = text.slice(0, -1);
  return text;
}

function valuesOf(raw: readonly string[], wanted: string): string[] {
  return raw.filter((_value, index) => index % 2 === 1 && raw[index - 1]?.toLowerCase() === wanted);
}

function framingOf(raw: readonly string[]) {
  const lengths = valuesOf(raw, 'content-length');
  const codings = valuesOf(raw, 'transfer-encoding');
  if (lengths.length + codings.length > 1) throw new NotStrict('framed twice');
  const [length] = lengths;
  if (length !== undefined && (length === '' || /[^0-9]/.test(length))) throw new NotStrict('no length');
  if (length !== undefined && BigInt(length) > BigInt(Number.MAX_SAFE_INTEGER)) throw new NotStrict('too long');
  if (codings[0] !== undefined && codings[0].toLowerCase() !== 'chunked') throw new NotStrict('unknown coding');
  return { raw, length: length === undefined ? undefined : Number(length), isChunked: codings.length > 0 };
}

type Body = Pick<StrictAnswerRead, 'body' | 'trailers' | 'isUntilClose'>;

function readBody(cursor: Cursor, head: ReturnType<typeof readHead>, isToHead: boolean): Body {
  const none: Body = { body: '', trailers: [], isUntilClose: false };
  if (isToHead || head.status === 204 || head.status === 304) return none;
  if (head.isChunked) return readChunks(cursor);
  if (head.length !== undefined) return { ...none, body: cursor.take(head.length) };
  return { ...none, body: cursor.take(cursor.rest.length), isUntilClose: true };
}

function readChunks(cursor: Cursor): Body {
  let body = '';
  for (;;) {
    const sizeBytes = BigInt(`0x${cursor.some(isHex)}`);
    while (cursor.skip(';')) readExtension(cursor);
    cursor.expect('\r\n');
    if (sizeBytes > BigInt(Number.MAX_SAFE_INTEGER)) throw new NotStrict('too long');
    if (sizeBytes === 0n) break;
    body += cursor.take(Number(sizeBytes));
    cursor.expect('\r\n');
  }
  const trailers = readFields(cursor);
  if (valuesOf(trailers, 'content-length').length + valuesOf(trailers, 'transfer-encoding').length > 0)
    throw new NotStrict('framed behind its body');
  return { body, trailers, isUntilClose: false };
}

function readExtension(cursor: Cursor): void {
  cursor.some(isToken);
  if (!cursor.skip('=')) return;
  if (!cursor.skip('"')) {
    cursor.some(isToken);
    return;
  }
  while (!cursor.skip('"')) {
    cursor.skip('\\');
    if (!isText(cursor.take(1))) throw new NotStrict('no text in quotes');
  }
}
