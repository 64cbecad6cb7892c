import type { OnReadOpts } from 'node:net';

const readBytes = 65_536;
// From here on it costs less to give the memory away, and take new, than to copy what is in it.
const givenAwayBytes = 32_768;

/**
 * The memory that one plain socket reads into. It is used again for the next read, which saves the system a block of 64 KiB
 * for each small answer; what somebody keeps of a read is therefore copied, or the memory given away with it.
 */
export class ReadMemory {
  /** Taken when the first socket asks for it: a connection over TLS never does. */
  #bytes: Buffer | undefined;
  #isLent = false;

  /** For the socket's options. @param onBytes - told of each read; what it keeps goes through {@link kept} first */
  readerFor(onBytes: (bytes: Buffer) => void): OnReadOpts {
    return {
      buffer: () => (this.#bytes ??= Buffer.allocUnsafeSlow(readBytes)),
      callback: (sizeBytes, memory) => {
        this.#isLent = sizeBytes < givenAwayBytes;
        const bytes = Buffer.from(memory.buffer, memory.byteOffset, sizeBytes);
        if (!this.#isLent) this.#bytes = undefined;
        onBytes(bytes);
        this.#isLent = false;
        return true;
      },
    };
  }

  /** A piece of what is read now, so that it stays what it is. */
  kept(piece: Buffer): Buffer {
    return this.#isLent ? Buffer.from(piece) : piece;
  }
}
