import type { OnReadOpts } from 'node:net';
import { readBlocks, smallBlockBytes, type ReadBlocks } from './read-blocks.ts';

// From here on it costs less to give a block away, and take another one, than to copy what is in it.
const largeReadBytes = 32_768;

// A read is over before the next one begins, on whichever connection: they share this, and one that rests needs no memory.
const shared = Buffer.allocUnsafeSlow(smallBlockBytes);

/** Reads what has come. */
export interface BytesReader {
  /** @returns false when the socket is not to be read any further for now */
  read(bytes: Buffer): boolean;
  /** More of what was read last is to come, so much of it perhaps that it is worth a block. */
  isInBody(): boolean;
}

/**
 * The memory that one plain socket reads into, in the place of a new block for each read, which is what Node's `data` events
 * cost. What is read is there until the read is over: who keeps a part of it asks for a {@link kept} one.
 */
export class ReadMemory {
  readonly #blocks: ReadBlocks;
  /** Its own, from the first large read of a body to its end. */
  #block: Buffer | undefined;
  /** What the last two large reads have brought, in blocks of their own. */
  #last: Buffer | undefined;
  #beforeLast: Buffer | undefined;
  #isPassing = false;

  constructor(blocks: ReadBlocks = readBlocks) {
    this.#blocks = blocks;
  }

  /** For the socket's options. */
  optionsFor(reader: BytesReader): OnReadOpts {
    return {
      buffer: () => this.#block ?? shared,
      callback: (sizeBytes, memory) => this.#read(sizeBytes, memory, reader),
    };
  }

  /** Bytes of what is read now, so that they stay what they are. */
  kept(bytes: Buffer): Buffer {
    if (!this.#isPassing) return bytes;
    if (bytes.length < largeReadBytes) return Buffer.from(bytes);
    const block = this.#blocks.takeSmall();
    bytes.copy(block);
    return this.#lend(block, bytes.length);
  }

  #read(sizeBytes: number, memory: Uint8Array, reader: BytesReader): boolean {
    const block = this.#block;
    this.#block = undefined;
    this.#isPassing = !block || sizeBytes < largeReadBytes;
    const bytes = block && !this.#isPassing ? this.#lend(block, sizeBytes) : viewOf(memory, sizeBytes);
    const wantsMore = tell(reader, bytes);
    const isBlockFree = this.#isPassing;
    this.#isPassing = false;
    if (wantsMore !== undefined) this.#prepare(reader, sizeBytes, isBlockFree ? block : undefined);
    return wantsMore ?? false;
  }

  /** @param free - nothing was lent of it */
  #prepare(reader: BytesReader, sizeBytes: number, free: Buffer | undefined): void {
    if (!reader.isInBody()) {
      if (free) this.#blocks.put(free);
      this.#last = this.#beforeLast = undefined;
    } else if (free ?? sizeBytes >= largeReadBytes) this.#block = free ?? this.#nextBlock();
  }

  // Who gives nothing back would use up the large blocks, and a slow one hold much: they wait in small ones, as far as that goes.
  #nextBlock(): Buffer {
    const isGivenBack = this.#beforeLast !== undefined && !this.#blocks.isLent(this.#beforeLast);
    return (isGivenBack ? this.#blocks.takeLarge() : undefined) ?? this.#blocks.takeSmall();
  }

  #lend(block: Buffer, sizeBytes: number): Buffer {
    this.#beforeLast = this.#last;
    this.#last = this.#blocks.lend(block, sizeBytes);
    return this.#last;
  }
}

/** @returns undefined where the reader threw, which ends the process; until then nothing more is read here: Node would go on in the same memory */
function tell(reader: BytesReader, bytes: Buffer): boolean | undefined {
  try {
    return reader.read(bytes);
  } catch (err) {
    process.nextTick(() => {
      throw err;
    });
    return undefined;
  }
}

function viewOf(memory: Uint8Array, sizeBytes: number): Buffer {
  return Buffer.from(memory.buffer as ArrayBuffer, memory.byteOffset, sizeBytes);
}
