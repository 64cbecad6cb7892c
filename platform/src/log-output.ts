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
  /** Lines wait until there are this many characters of them, but no longer than `holdMs`: one write costs as much as many lines. */
  readonly chunkLength: number;
  readonly holdMs: number;
  /** What may wait for a slow reader. */
  readonly backlogBytesLimit: number;
}

const usual: LogOutputOptions = { chunkLength: 65_536, holdMs: 50, backlogBytesLimit: 8 << 20 };

/**
 * Asynchronous and bounded: a reader that is slow must not stop the process, nor fill its memory. What is more than the
 * limit is dropped and counted. Lines that are still held when the process exits are written then.
 *
 * @param fd - of the file, pipe or terminal
 */
export function openLogOutput(fd: number, { chunkLength, holdMs, backlogBytesLimit } = usual): LogOutput {
  const stream = pino.destination({
    dest: fd,
    sync: false,
    maxLength: backlogBytesLimit,
    maxWrite: chunkLength,
    contentMode: 'buffer',
  });
  let isWriting = false;
  let held = '';
  let droppedLineCount = 0;
  let timer: NodeJS.Timeout | undefined;
  stream.on('drain', () => (isWriting = false));
  stream.on('drop', (chunk: Buffer) => (droppedLineCount += lineCountOf(chunk)));

  const release = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (held === '') return;
    isWriting = true;
    // It writes buffers as they are; its types know of texts only.
    stream.write(bytesOf(held) as unknown as string);
    held = '';
  };
  // Before pino's own listener, which writes what its stream holds and closes it.
  process.prependListener('beforeExit', release).prependListener('exit', release);
  return {
    destination: {
      write(line) {
        held += line;
        if (held.length >= chunkLength) release();
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

/** To write ASCII as UTF-8 takes V8 several times as long as to copy it, and to find out that it is ASCII takes next to nothing. */
function bytesOf(text: string): Buffer {
  return Buffer.from(text, Buffer.byteLength(text) === text.length ? 'latin1' : 'utf8');
}

const lineFeed = 10;

function lineCountOf(chunk: Buffer): number {
  let count = 0;
  for (const byte of chunk) if (byte === lineFeed) count += 1;
  return count;
}
