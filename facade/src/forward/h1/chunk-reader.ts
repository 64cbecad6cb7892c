import type { AnswerFault } from './faults.ts';
import { readFields } from './read-head.ts';
import { TextBlock } from './text-block.ts';

// RFC 9112 7.1. Fourteen digits are the least that hold 2^53; extensions are bounded, looked at and dropped.
const sizeLineForm =
  /^([\da-f]{1,32})(?:;[!#$%&'*+.^`|~\w-]+(?:=(?:[!#$%&'*+.^`|~\w-]+|"(?:[\t\x20!#-[\]-~\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"))?)*\r\n$/i;
const sizeLineStart = /^(?:[\da-f]{1,32}(?:\r|;[\t\x20-\x7e\x80-\xff]*\r?)?)?$/i;
const sizeLineLimit = 1_024;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** @returns false when no more is wanted: the reader stops at once */
export type OnData = (piece: Buffer) => boolean;

/** A chunked body, read as it comes. */
export class ChunkReader {
  readonly #onData: OnData;
  readonly #trailerBlock: TextBlock;
  #stage: 'size' | 'data' | 'data-end' | 'trailers' = 'size';
  #leftBytes = 0;
  /** What has come of a line that is not whole. */
  #line = '';
  #hasCarriageReturn = false;
  fault: AnswerFault | undefined;
  /** Flat; filled when the body is whole. */
  trailers: string[] | undefined;

  constructor(trailerBytesLimit: number, onData: OnData) {
    this.#onData = onData;
    this.#trailerBlock = new TextBlock(trailerBytesLimit);
  }

  begin(): void {
    this.#stage = 'size';
    this.#leftBytes = 0;
    this.#line = '';
    this.#hasCarriageReturn = false;
    this.fault = undefined;
    this.trailers = undefined;
    this.#trailerBlock.clear();
  }

  /** @returns how far it came: to the end of `chunk`, or of the body; -1 when it stopped, with a {@link fault} or without */
  read(chunk: Buffer, start: number): number {
    let at = start;
    while (at !== -1 && at < chunk.length && !this.trailers) at = this.#step(chunk, at);
    return at;
  }

  #step(chunk: Buffer, at: number): number {
    switch (this.#stage) {
      case 'size':
        return this.#readSize(chunk, at);
      case 'data':
        return this.#readData(chunk, at);
      case 'data-end':
        return this.#readDataEnd(chunk, at);
      case 'trailers':
        return this.#readTrailers(chunk, at);
    }
  }

  #refuse(fault: AnswerFault): -1 {
    this.fault = fault;
    return -1;
  }

  #readSize(chunk: Buffer, at: number): number {
    const feedAt = chunk.indexOf(lineFeed, at);
    const end = feedAt === -1 ? chunk.length : feedAt + 1;
    if (this.#line.length + end - at > sizeLineLimit) return this.#refuse('ANSWER_CHUNK');
    const line = this.#line + chunk.toString('latin1', at, end);
    if (feedAt === -1) {
      this.#line = line;
      return sizeLineStart.test(line) ? end : this.#refuse('ANSWER_CHUNK');
    }
    this.#line = '';
    const digits = sizeLineForm.exec(line)?.[1];
    const sizeBytes = digits === undefined ? Infinity : Number.parseInt(digits, 16);
    if (sizeBytes > Number.MAX_SAFE_INTEGER) return this.#refuse('ANSWER_CHUNK');
    this.#leftBytes = sizeBytes;
    this.#stage = sizeBytes === 0 ? 'trailers' : 'data';
    if (sizeBytes === 0) this.#trailerBlock.beginAfterLine();
    return end;
  }

  #readData(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#leftBytes);
    this.#leftBytes -= end - at;
    if (this.#leftBytes === 0) this.#stage = 'data-end';
    return this.#onData(at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end)) ? end : -1;
  }

  #readDataEnd(chunk: Buffer, at: number): number {
    const expected = this.#hasCarriageReturn ? lineFeed : carriageReturn;
    if (chunk[at] !== expected) return this.#refuse('ANSWER_CHUNK');
    if (this.#hasCarriageReturn) this.#stage = 'size';
    this.#hasCarriageReturn = !this.#hasCarriageReturn;
    return at + 1;
  }

  #readTrailers(chunk: Buffer, at: number): number {
    const block = this.#trailerBlock;
    const end = block.read(chunk, at);
    if (end === 'more') return chunk.length;
    const trailers = typeof end === 'number' ? readFields(block.text.slice(2)) : undefined;
    if (typeof end !== 'number' || !trailers || trailers.some(isFraming)) return this.#refuse('ANSWER_TRAILER');
    this.trailers = trailers;
    return end;
  }
}

// Behind the body nothing may say where it ends (RFC 9110 6.5.1).
function isFraming(text: string, index: number): boolean {
  if (index % 2 === 1) return false;
  const lowerName = text.toLowerCase();
  return lowerName === 'content-length' || lowerName === 'transfer-encoding';
}
