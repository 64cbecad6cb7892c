import { readFieldLines, type FieldFault } from './field-lines.ts';
import { TextBlock, type BlockFault } from './text-block.ts';

export type ChunkFault =
  | 'chunk-size'
  | 'chunk-end'
  | 'extensions-too-large'
  | 'content-length'
  | 'transfer-encoding'
  | BlockFault
  | FieldFault;

export interface ChunkLimits {
  readonly trailerBytes: number;
  /** Over all chunks of a body: they are looked at and dropped. */
  readonly extensionBytes: number;
}

const extensionValue = /[!#$%&'*+.^`|~\w-]+|"(?:[\t\x20!#-[\]-~\x80-\xff]|\\[\t\x20-\x7e\x80-\xff])*"/.source;
// RFC 9112 7.1: exact line ends, exact numbers, no space.
const sizeLine = new RegExp(`^([\\da-f]{1,32})((?:;[!#$%&'*+.^\`|~\\w-]+(?:=(?:${extensionValue}))?)*)\\r\\n$`, 'i');
/** Of a line whose end is not here yet. */
const sizeLineBegun = /^(?:[\da-f]{1,32}(?:\r|;[\t\x20-\x7e\x80-\xff]*\r?)?)?$/i;
const lineLimitBytes = 1_024;
const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** @returns false when no more is wanted: the reader stops at once */
export type OnData = (piece: Buffer) => boolean;

/** A chunked body, read as it comes (RFC 9112 7.1). */
export class ChunkReader {
  readonly #extensionBytesLimit: number;
  readonly #onData: OnData;
  readonly #trailerBlock: TextBlock;
  #stage: 'size' | 'data' | 'data-end' | 'trailers' = 'size';
  #leftBytes = 0;
  #extensionBytes = 0;
  /** What has come of a line that is not whole. */
  #line = '';
  #hasCarriageReturn = false;
  fault: ChunkFault | undefined;
  /** Flat; filled when the body is whole. */
  trailers: string[] | undefined;

  constructor(limits: ChunkLimits, onData: OnData) {
    this.#extensionBytesLimit = limits.extensionBytes;
    this.#onData = onData;
    this.#trailerBlock = new TextBlock(limits.trailerBytes);
  }

  begin(): void {
    this.#stage = 'size';
    this.#leftBytes = 0;
    this.#extensionBytes = 0;
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

  #refuse(fault: ChunkFault): -1 {
    this.fault = fault;
    return -1;
  }

  #readSize(chunk: Buffer, at: number): number {
    const feedAt = chunk.indexOf(lineFeed, at);
    const end = feedAt === -1 ? chunk.length : feedAt + 1;
    const line = this.#line + chunk.toString('latin1', at, Math.min(end, at + lineLimitBytes + 1));
    const isWhole = feedAt !== -1 && line.length <= lineLimitBytes;
    if (isWhole) return this.#takeSize(line) ?? end;
    this.#line = line;
    if (!sizeLineBegun.test(line)) return this.#refuse('chunk-size');
    return line.length > lineLimitBytes ? this.#refuse('extensions-too-large') : end;
  }

  /** @returns undefined unless it is refused */
  #takeSize(line: string): -1 | undefined {
    const [, digits, extensions = ''] = sizeLine.exec(line) ?? [];
    const sizeBytes = digits === undefined ? Infinity : Number.parseInt(digits, 16);
    this.#line = '';
    this.#extensionBytes += extensions.length;
    if (sizeBytes > Number.MAX_SAFE_INTEGER) return this.#refuse('chunk-size');
    if (this.#extensionBytes > this.#extensionBytesLimit) return this.#refuse('extensions-too-large');
    this.#leftBytes = sizeBytes;
    this.#stage = sizeBytes === 0 ? 'trailers' : 'data';
    if (sizeBytes === 0) this.#trailerBlock.beginAfterLine();
    return undefined;
  }

  #readData(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#leftBytes);
    this.#leftBytes -= end - at;
    if (this.#leftBytes === 0) this.#stage = 'data-end';
    return this.#onData(at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end)) ? end : -1;
  }

  #readDataEnd(chunk: Buffer, at: number): number {
    const expected = this.#hasCarriageReturn ? lineFeed : carriageReturn;
    if (chunk[at] !== expected) return this.#refuse('chunk-end');
    if (this.#hasCarriageReturn) this.#stage = 'size';
    this.#hasCarriageReturn = !this.#hasCarriageReturn;
    return at + 1;
  }

  #readTrailers(chunk: Buffer, at: number): number {
    const end = this.#trailerBlock.read(chunk, at);
    if (end === 'more') return chunk.length;
    const trailers = typeof end === 'number' ? readFieldLines(this.#trailerBlock.take()) : end;
    if (typeof end !== 'number' || typeof trailers === 'string') return this.#refuse(trailers as ChunkFault);
    const framing = trailers.find(isFraming)?.toLowerCase();
    if (framing !== undefined) return this.#refuse(framing as ChunkFault);
    this.trailers = trailers;
    return end;
  }
}

// Behind the body nothing may say where it ends (RFC 9110 6.5.1).
function isFraming(text: string, index: number): boolean {
  return index % 2 === 0 && /^(?:content-length|transfer-encoding)$/i.test(text);
}
