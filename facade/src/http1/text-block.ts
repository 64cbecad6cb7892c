import { faultInText } from './field-lines.ts';

const end = Buffer.from('\r\n\r\n', 'latin1');
const lineEnd = '\r\n';

export type BlockFault = 'bad-character' | 'bare-line-end' | 'too-large';

/**
 * Lines that end with an empty one, a head or trailers, collected from the pieces they come in. Refused as soon as they cannot
 * become what they should be: who waits for the end of a block that is none gives a smuggler time, or waits for ever.
 */
export class TextBlock {
  readonly #limitBytes: number;
  /** What has come of a block that is not whole, behind what does not belong to it. */
  #held = '';
  /** Length of the line end that stands before trailers in {@link #held}. */
  #leadBytes = 0;
  #isEmptyLineOver = false;
  #text = '';

  /** @param limitBytes - with the empty line at its end */
  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get isBegun(): boolean {
    return this.#held !== '';
  }

  /** What has come of a block that is not whole or is refused; not yet what may be an empty line before it. */
  get held(): string {
    return this.#held === '\r' && !this.#isEmptyLineOver ? '' : this.#held;
  }

  /** Latin1, each line with its CR LF, without the empty one. It is given once: nobody else keeps it. */
  take(): string {
    const text = this.#text;
    this.#text = '';
    return text;
  }

  /** @returns where it ends in `chunk` */
  read(chunk: Buffer, at: number): number | 'more' | BlockFault {
    if (this.#held !== '') return this.#goOn(chunk, at);
    const start = this.#passEmptyLine(chunk, at);
    const endAt = chunk.indexOf(end, start);
    if (endAt === -1 || endAt + end.length - start > this.#limitBytes) return this.#goOn(chunk, start);
    return this.#finish(chunk.toString('latin1', start, endAt + lineEnd.length), endAt + end.length);
  }

  /** For trailers, which may be none: the line end before them is a part of what ends them. */
  beginAfterLine(): void {
    this.#held = lineEnd;
    this.#leadBytes = lineEnd.length;
    this.#isEmptyLineOver = true;
  }

  clear(): void {
    this.#held = '';
    this.#leadBytes = 0;
    this.#isEmptyLineOver = false;
    this.#text = '';
  }

  // One before a head is passed over: some send it behind a body (RFC 9112 2.2).
  #passEmptyLine(chunk: Buffer, at: number): number {
    if (this.#isEmptyLineOver || chunk[at] !== 0x0d || chunk[at + 1] !== 0x0a) return at;
    this.#isEmptyLineOver = true;
    return at + lineEnd.length;
  }

  #goOn(chunk: Buffer, at: number): number | 'more' | BlockFault {
    const known = this.#held;
    const limitBytes = this.#limitBytes + this.#leadBytes;
    const arrived = chunk.toString('latin1', at, Math.min(chunk.length, at + limitBytes - known.length));
    if (known === '\r' && !this.#isEmptyLineOver && arrived.startsWith('\n')) {
      this.#isEmptyLineOver = true;
      this.#held = '';
      return this.read(chunk, at + 1);
    }
    const text = known + arrived;
    const endAt = text.indexOf('\r\n\r\n', Math.max(0, known.length - 3));
    if (endAt !== -1 && endAt + end.length <= limitBytes)
      return this.#finish(text.slice(this.#leadBytes, endAt + lineEnd.length), at + endAt + end.length - known.length);
    this.#held = text;
    // A CR at the end of what was known is looked at again, with what stands behind it now.
    const fault = faultInText(known.endsWith('\r') ? `\r${arrived}` : arrived);
    return fault ?? (text.length >= limitBytes ? 'too-large' : 'more');
  }

  #finish(text: string, endAt: number): number {
    this.clear();
    this.#text = text;
    return endAt;
  }
}
