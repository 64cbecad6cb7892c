import { problemOfPart } from './read-fields.ts';
import { isMethodBegun, readHead, refused, type HeadReading } from './read-head.ts';

const headEnd = '\r\n\r\n';

/** Puts a head together from however many pieces it comes in. */
export class HeadReader {
  /** Bytes of the last piece that belong to the head that was read. */
  takenBytes = 0;
  readonly #limitBytes: number;
  #held = '';
  #isEmptyLineTaken = false;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  /** A part of a head is here. */
  isBegun(): boolean {
    return this.#held !== '';
  }

  /** @returns undefined while there is no whole head; a refusal as soon as it can be none any more */
  read(bytes: Buffer): HeadReading | undefined {
    const heldLength = this.#held.length;
    const wanted = this.#limitBytes + headEnd.length + 2 - heldLength;
    const arrived = bytes.toString('latin1', 0, Math.min(bytes.length, wanted));
    let text = heldLength === 0 ? arrived : this.#held + arrived;
    let skipped = 0;
    // One is ignored: clients used to send it behind a body (RFC 9112 2.2).
    if (!this.#isEmptyLineTaken && text.startsWith('\r\n')) {
      this.#isEmptyLineTaken = true;
      skipped = 2;
      text = text.slice(2);
    }
    const end = text.indexOf(headEnd, Math.max(0, heldLength - skipped - 3));
    if (end < 0) return this.#hold(text, Math.max(0, heldLength - skipped));
    const headBytes = end + headEnd.length;
    this.takenBytes = skipped + headBytes - heldLength;
    this.#held = '';
    this.#isEmptyLineTaken = false;
    if (headBytes > this.#limitBytes) return refused('HPE_HEADER_OVERFLOW');
    return readHead(headBytes === text.length ? text : text.slice(0, headBytes));
  }

  /** What cannot become a head is refused at once; waiting for its end would give a smuggler time. */
  #hold(text: string, knownLength: number): HeadReading | undefined {
    this.#held = text;
    if (text === '' || (text === '\r' && !this.#isEmptyLineTaken)) return undefined;
    if (!isMethodBegun(text)) return refused('HPE_INVALID_METHOD');
    const code = problemOfPart(text, knownLength);
    if (code !== undefined) return refused(code);
    return text.length > this.#limitBytes ? refused('HPE_HEADER_OVERFLOW') : undefined;
  }
}
