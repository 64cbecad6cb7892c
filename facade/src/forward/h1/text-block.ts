const end = Buffer.from('\r\n\r\n', 'latin1');
const lineEnd = '\r\n';
// What no head and no trailers hold, however they go on: control characters, and a CR or LF without the other.
const impossible = /[^\t\x20-\x7e\x80-\xff\r\n]|\r[^\n]|[^\r]\n/;

/**
 * Lines that end with an empty one, collected from the pieces they come in. Not larger than its limit, and refused as soon
 * as it cannot become what it should be: a side that waits for us to speak would otherwise be waited for in turn.
 */
export class TextBlock {
  readonly #limitBytes: number;
  /** What has come of a block that is not whole, and the line end before it. */
  #held = '';
  /** Latin1, each line with its CR LF, without the empty one; filled when it is whole. */
  text = '';

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  get isBegun(): boolean {
    return this.#held !== '';
  }

  /** What has come of a block that is not whole. */
  get held(): string {
    return this.#held;
  }

  /**
   * @returns where it ends in `chunk`; `more`, `impossible` or `too-large`
   */
  read(chunk: Buffer, at: number): number | 'more' | 'impossible' | 'too-large' {
    if (this.#held !== '') return this.#goOn(chunk, at);
    const endAt = chunk.indexOf(end, at);
    if (endAt === -1) return this.#goOn(chunk, at);
    if (endAt - at > this.#limitBytes) return 'too-large';
    this.text = chunk.toString('latin1', at, endAt + lineEnd.length);
    return endAt + end.length;
  }

  /** For trailers, which may be none: the line end before them is a part of what ends them. */
  beginAfterLine(): void {
    this.#held = lineEnd;
  }

  clear(): void {
    this.#held = '';
    this.text = '';
  }

  #goOn(chunk: Buffer, at: number): number | 'more' | 'impossible' | 'too-large' {
    const known = this.#held;
    const room = this.#limitBytes + end.length - known.length;
    const text = known + chunk.toString('latin1', at, Math.min(chunk.length, at + room));
    const endAt = text.indexOf('\r\n\r\n', Math.max(0, known.length - 3));
    if (endAt === -1) {
      if (impossible.test(text.slice(Math.max(0, known.length - 1)))) return 'impossible';
      if (text.length >= this.#limitBytes + end.length) return 'too-large';
      this.#held = text;
      return 'more';
    }
    this.#held = '';
    this.text = text.slice(0, endAt + lineEnd.length);
    return at + endAt + end.length - known.length;
  }
}
