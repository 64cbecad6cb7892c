import type { RefusalCode } from './refusal-code.ts';

/** Takes the pieces of a body. */
export interface PieceSink {
  push(piece: Buffer): void;
}

/** Reads one body from the bytes that follow its head. */
export interface BodyReader {
  /** The last byte of the message was read. */
  readonly isDone: boolean;
  readonly refusal: RefusalCode | undefined;
  /** Flat; filled at the end. */
  readonly rawTrailers: readonly string[];
  /** @returns how many of the bytes belong to the message; all of them unless it is done or refused */
  read(bytes: Buffer): number;
}

/** A body with a length (RFC 9112 6.2). */
export class CountedBody implements BodyReader {
  readonly refusal = undefined;
  readonly rawTrailers: readonly string[] = [];
  readonly #sink: PieceSink;
  #leftBytes: number;

  constructor(lengthBytes: number, sink: PieceSink) {
    this.#leftBytes = lengthBytes;
    this.#sink = sink;
  }

  get isDone(): boolean {
    return this.#leftBytes === 0;
  }

  read(bytes: Buffer): number {
    const takenBytes = Math.min(this.#leftBytes, bytes.length);
    this.#leftBytes -= takenBytes;
    this.#sink.push(takenBytes === bytes.length ? bytes : bytes.subarray(0, takenBytes));
    return takenBytes;
  }
}
