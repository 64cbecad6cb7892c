import { pino, type DestinationStream } from 'pino';

/** Where log lines go. */
export interface LogOutput {
  readonly destination: DestinationStream;
  /** Resolves when every line so far is written. */
  drained(): Promise<void>;
  /** Lines that were given up because their reader was slow. */
  droppedLineCount(): number;
}

export interface LogOutputOptions {
  /** Lines wait until there are this many bytes of them, but no longer than `holdMs`: one write costs as much as many lines. */
  readonly chunkBytes: number;
  readonly holdMs: number;
  /** What may wait for a slow reader. */
  readonly backlogBytesLimit: number;
}

const usual: LogOutputOptions = { chunkBytes: 65_536, holdMs: 50, backlogBytesLimit: 8 << 20 };

// Of UTF-8, for one unit of a text.
const bytesPerUnit = 3;

/**
 * Asynchronous and bounded: a reader that is slow must not stop the process, nor fill its memory. What is more than the
 * limit is dropped and counted. Lines that are still held when the process exits are written then.
 *
 * @param fd - of the file, pipe or terminal
 */
export function openLogOutput(fd: number, { chunkBytes, holdMs, backlogBytesLimit } = usual): LogOutput {
  const stream = pino.destination({
    dest: fd,
    sync: false,
    maxLength: backlogBytesLimit,
    maxWrite: chunkBytes,
    contentMode: 'buffer',
  });
  let isWriting = false;
  let droppedLineCount = 0;
  let timer: NodeJS.Timeout | undefined;
  const lines = new HeldLines(chunkBytes);
  stream.on('drain', () => (isWriting = false));
  stream.on('drop', (chunk: Buffer) => (droppedLineCount += lineCountOf(chunk)));

  const release = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (lines.sizeBytes === 0) return;
    isWriting = true;
    // It writes buffers as they are; its types know of texts only.
    stream.write(lines.take() as unknown as string);
  };
  // Before pino's own listener, which writes what its stream holds and closes it.
  process.prependListener('beforeExit', release).prependListener('exit', release);
  return {
    destination: {
      write(line) {
        if (lines.sizeBytes + line.length * bytesPerUnit > chunkBytes) release();
        lines.add(line);
        if (lines.sizeBytes >= chunkBytes) release();
        else timer ??= setTimeout(release, holdMs).unref();
      },
    },
    drained() {
      release();
      return isWriting ? new Promise((resolve) => stream.once('drain', () => resolve())) : Promise.resolve();
    },
    droppedLineCount: () => droppedLineCount,
  };
}

/** Bytes, not one long text: a text that is put together of thousands of pieces is walked through when it is written. */
class HeldLines {
  sizeBytes = 0;
  readonly #chunkBytes: number;
  #chunk: Buffer;

  constructor(chunkBytes: number) {
    this.#chunkBytes = chunkBytes;
    this.#chunk = Buffer.allocUnsafeSlow(chunkBytes);
  }

  add(line: string): void {
    // Alone in its chunk.
    if (line.length * bytesPerUnit > this.#chunk.length)
      this.#chunk = Buffer.allocUnsafeSlow(line.length * bytesPerUnit);
    this.sizeBytes += this.#chunk.write(line, this.sizeBytes);
  }

  take(): Buffer {
    const held = this.#chunk.subarray(0, this.sizeBytes);
    const isFull = this.sizeBytes * 2 > this.#chunk.length;
    this.sizeBytes = 0;
    // What is held a moment longer should not hold a large chunk for a few lines.
    if (!isFull) return Buffer.from(held);
    this.#chunk = Buffer.allocUnsafeSlow(this.#chunkBytes);
    return held;
  }
}

const lineFeed = 10;

function lineCountOf(chunk: Buffer): number {
  let count = 0;
  for (const byte of chunk) if (byte === lineFeed) count += 1;
  return count;
}
