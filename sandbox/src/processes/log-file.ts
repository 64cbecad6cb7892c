import { join } from 'node:path';
import { createWriteStream, renameSync, statSync, type WriteStream } from 'node:fs';

export interface LogFile {
  readonly write: (line: string) => void;
  close(): Promise<void>;
}

const defaultLimitBytes = 8 * 1024 * 1024;

/** Appends lines to a file; when it is full it becomes `<path>.1` and a new one begins: twice the limit at most, whatever a process prints. */
export function openLogFile(path: string, limitBytes = defaultLimitBytes): LogFile {
  let sizeBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let stream = open(path);

  function rotate(): void {
    stream.end();
    renameSync(path, `${path}.1`);
    stream = open(path);
    sizeBytes = 0;
  }

  return {
    write(line) {
      if (sizeBytes > limitBytes) rotate();
      sizeBytes += Buffer.byteLength(line) + 1;
      stream.write(`${line}\n`);
    },
    close: async () => new Promise((resolve) => stream.end(resolve)),
  };
}

function open(path: string): WriteStream {
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 });
  // A full disk must not end the sandbox: its processes go on, and Postgres says what is wrong.
  stream.on('error', () => undefined);
  return stream;
}

export interface Logs {
  /** Takes the lines of one process, into a file of its name. */
  writerFor(name: string): (line: string) => void;
  close(): Promise<void>;
}

export function openLogs(folder: string): Logs {
  const files: LogFile[] = [];
  return {
    writerFor(name) {
      const file = openLogFile(join(folder, `${name}.log`));
      files.push(file);
      return file.write;
    },
    async close() {
      await Promise.all(files.map((file) => file.close()));
    },
  };
}
