/** Of the memory for one read. Large blocks cost fewer calls of the system. */
export const smallBlockBytes = 65_536;
export const largeBlockBytes = 262_144;

// Memory of 16 MiB: what waits for somebody slow must not take more of it only to be fast.
const largeCountLimit = 64;
// What waits to be used again: as much as is in the middle of a read at one time.
const spareCountLimit = 32;

/**
 * The memory that connections read large bodies into. V8 counts each new block, and a few hundred MiB a second of them make it
 * collect the whole heap again and again; so a block is used for another read once everybody is done with it.
 *
 * Nobody has to do anything for that to be right: a block that is not given back is never used again, and collected like any
 * other. Only who knows that he is the last to have a piece may give it back, and whoever else keeps it says so.
 */
export class ReadBlocks {
  readonly #small: Buffer[] = [];
  readonly #large: Buffer[] = [];
  // Pieces, not blocks: a piece that was given back is another one than the next that lies in the same block.
  readonly #lent = new WeakMap<Buffer, Buffer>();
  /** Large ones that wait or that somebody has. */
  #largeCount = 0;
  readonly #collected = new FinalizationRegistry<undefined>(() => {
    this.#largeCount -= 1;
  });

  /** What is in it is left over from others. @returns undefined where too many are in use */
  takeLarge(): Buffer | undefined {
    const spare = this.#large.pop();
    if (spare ?? this.#largeCount >= largeCountLimit) return spare;
    this.#largeCount += 1;
    const block = Buffer.allocUnsafeSlow(largeBlockBytes);
    this.#collected.register(block, undefined);
    return block;
  }

  takeSmall(): Buffer {
    return this.#small.pop() ?? Buffer.allocUnsafeSlow(smallBlockBytes);
  }

  /** @returns the block's first bytes, as the one piece of it that may be given back */
  lend(block: Buffer, sizeBytes: number): Buffer {
    const piece = block.subarray(0, sizeBytes);
    this.#lent.set(piece, block);
    return piece;
  }

  isLent(piece: Buffer): boolean {
    return this.#lent.has(piece);
  }

  /** Somebody has it for as long as he likes. */
  keep(piece: Buffer): void {
    this.#lent.delete(piece);
  }

  /** Nobody has any part of it, and nobody will look at it again. More than once changes nothing. */
  giveBack(piece: Buffer): void {
    const block = this.#lent.get(piece);
    if (!block) return;
    this.#lent.delete(piece);
    this.put(block);
  }

  /** A block that nothing is lent of. */
  put(block: Buffer): void {
    const spares = block.length === largeBlockBytes ? this.#large : this.#small;
    if (spares.length < spareCountLimit) spares.push(block);
  }
}

/** All connections of the process share it. */
export const readBlocks = new ReadBlocks();
