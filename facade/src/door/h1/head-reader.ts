import { TextBlock } from '../../http1/text-block.ts';
import { isMethodBegun, readHead, refused, type HeadReading } from './read-head.ts';
import { refusalOf } from './refusal-code.ts';

/** Puts a head together from however many pieces it comes in. */
export class HeadReader {
  /** Bytes of the last piece that belong to the head that was read. */
  takenBytes = 0;
  readonly #block: TextBlock;

  constructor(limitBytes: number) {
    this.#block = new TextBlock(limitBytes);
  }

  /** A part of a head is here. */
  isBegun(): boolean {
    return this.#block.isBegun;
  }

  /** @returns undefined while there is no whole head; a refusal as soon as it can be none any more */
  read(bytes: Buffer): HeadReading | undefined {
    const end = this.#block.read(bytes, 0);
    if (typeof end === 'number') {
      this.takenBytes = end;
      return readHead(this.#block.take());
    }
    if (!isMethodBegun(this.#block.held)) return refused('HPE_INVALID_METHOD');
    return end === 'more' ? undefined : refused(refusalOf[end]);
  }
}
