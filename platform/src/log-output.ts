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

const usual: LogOutputOptions = { chunkLength: 16_384, holdMs: 50, backlogBytesLimit: 8 << 20 };

/**
 * Asynchronous and bounded: a reader that is slow must not stop the process, nor fill its memory. What is more than the
 * limit is dropped and counted. Lines that are still held when the process exits are written then.
 *
 * @param fd - of the file, pipe or terminal
 */
export function openLogOutput(fd: number, { chunkLength, holdMs, backlogBytesLimit } = usual): LogOutput {
  const stream = pino.destination({ dest: fd, sync: false, maxLength: backlogBytesLimit });
  let isWriting = false;
  let held = '';
  let droppedLineCount = 0;
  let timer: NodeJS.Timeout | undefined;
  stream.on('drain', () => (isWriting = false));
  stream.on('drop', (chunk: string) => (droppedLineCount += chunk.split('\n').length - 1));

  const release = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (held === '') return;
    isWriting = true;
    stream.write(held);
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
