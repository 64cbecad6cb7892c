import { readBlocks } from '../read-memory/read-blocks.ts';

// Of one body. Small requests are whole with their first pieces; what is longer is not worth its memory.
const keptBytesLimit = 65_536;
const keptPiecesLimit = 64;

/** What was taken of a body, as long as it is little: it can be sent once more. */
export class KeptBody {
  #pieces: Buffer[] | undefined = [];
  #sizeBytes = 0;

  /** Undefined when it is not whole any more. */
  get pieces(): readonly Buffer[] | undefined {
    return this.#pieces;
  }

  add(piece: Buffer): void {
    this.#sizeBytes += piece.length;
    if (this.#sizeBytes > keptBytesLimit || this.#pieces?.length === keptPiecesLimit) this.forget();
    this.#pieces?.push(lean(piece));
  }

  forget(): void {
    this.#pieces = undefined;
  }
}

/** A piece is a view of all that was read with it, which may be much more and of others. */
export function lean(piece: Buffer): Buffer {
  if (piece.length * 2 >= piece.buffer.byteLength) {
    readBlocks.keep(piece);
    return piece;
  }
  const copy = Buffer.allocUnsafeSlow(piece.length);
  piece.copy(copy);
  return copy;
}
