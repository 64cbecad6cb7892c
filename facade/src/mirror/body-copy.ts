import { lean } from '../forward/kept-body.ts';
import type { UploadCopy } from '../forward/upload.ts';

/** Memory that the bodies of all copies share. */
export class CopyMemory {
  readonly #limitBytes: number;
  usedBytes = 0;

  constructor(limitBytes: number) {
    this.#limitBytes = limitBytes;
  }

  take(byteCount: number): boolean {
    if (this.usedBytes + byteCount > this.#limitBytes) return false;
    this.usedBytes += byteCount;
    return true;
  }

  give(byteCount: number): void {
    this.usedBytes -= byteCount;
  }
}

// What a piece costs beside its bytes, roughly: a body of single bytes must not take a hundred times its share.
const pieceBytes = 128;

/** A request's body, copied while it passes: as long as it is short enough and there is memory. */
export class BodyCopy implements UploadCopy {
  readonly #limitBytes: number;
  readonly #memory: CopyMemory;
  readonly #pieces: Buffer[] = [];
  #sizeBytes = 0;
  #takenBytes = 0;
  #isWhole = false;
  #isReleased = false;
  #lack: 'body-too-large' | 'no-memory' | undefined;

  constructor(limitBytes: number, memory: CopyMemory) {
    this.#limitBytes = limitBytes;
    this.#memory = memory;
  }

  add(piece: Buffer): void {
    if (this.#isReleased) return;
    this.#sizeBytes += piece.length;
    const neededBytes = piece.length + pieceBytes;
    if (this.#sizeBytes > this.#limitBytes) this.#giveUp('body-too-large');
    else if (!this.#memory.take(neededBytes)) this.#giveUp('no-memory');
    else {
      this.#takenBytes += neededBytes;
      this.#pieces.push(lean(piece));
    }
  }

  end(): void {
    this.#isWhole = true;
  }

  get pieces(): readonly Buffer[] {
    return this.#pieces;
  }

  /** Why it cannot be sent; undefined: it is whole. */
  get lack(): 'body-too-large' | 'no-memory' | 'body-incomplete' | undefined {
    return this.#lack ?? (this.#isWhole ? undefined : 'body-incomplete');
  }

  /** Its memory is free again, and nothing more is taken; more than once changes nothing. */
  release(): void {
    this.#isReleased = true;
    this.#pieces.length = 0;
    this.#memory.give(this.#takenBytes);
    this.#takenBytes = 0;
  }

  #giveUp(why: 'body-too-large' | 'no-memory'): void {
    this.#lack = why;
    this.release();
  }
}
