import { closeSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export interface LogFile {
  readonly write: (line: string) => void;
  readonly close: () => void;
}

const defaultLimitBytes = 8 * 1024 * 1024;

/** Appends lines to a file; when it is full it becomes `<path>.1` and a new one begins: twice the limit at most, whatever a process prints. */
export function openLogFile(path: string, limitBytes = defaultLimitBytes): LogFile {
  const open = (): number => openSync(path, 'a', 0o600);
  let sizeBytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  let file: number | undefined = open();

  function append(line: string): void {
    if (file === undefined) return;
    if (sizeBytes > limitBytes) {
      closeSync(file);
      renameSync(path, `${path}.1`);
      file = open();
      sizeBytes = 0;
    }
    sizeBytes += writeSync(file, `${line}\n`);
  }

  return {
    write(line) {
      try {
        append(line);
      } catch {
        // A full disk must not end the sandbox: its processes go on, and Postgres says what is wrong.
      }
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}

export interface Logs {
  /** Takes the lines of one process, into a file of its name. */
  writerFor(name: string): (line: string) => void;
  close(): void;
}

export function openLogs(folder: string): Logs {
  const files: LogFile[] = [];
  return {
    writerFor(name) {
      const file = openLogFile(join(folder, `${name}.log`));
      files.push(file);
      return file.write;
    },
    close() {
      for (const file of files) file.close();
    },
  };
}
