import { open, rename, stat } from 'node:fs/promises';
import { codeOf, type Logger } from '@banyan/platform';
import type { AuditEntry } from './audit.ts';

export interface AuditFile {
  append(entry: AuditEntry): void;
  /** What kept the last entry from being written; undefined when it is on the disk. */
  problem(): string | undefined;
  /** Resolves when everything is written. */
  close(): Promise<void>;
}

export interface AuditFileParts {
  readonly path: string;
  /** A file of this size is moved to `<path>.1`, whose entries are forgotten. */
  readonly bytesLimit: number;
  readonly log: Logger;
  /** Entries that wait for a slow disk; more are not written. */
  readonly waitingLimit?: number;
}

/** One JSON document a line, each on the disk before the next one is written. Audit is never a reason not to serve. */
export function openAuditFile({ path, bytesLimit, log, waitingLimit = 1_000 }: AuditFileParts): AuditFile {
  let writing: Promise<void> = Promise.resolve();
  let waitingCount = 0;
  let problem: string | undefined;

  const fail = (why: string): void => {
    // Once per outage: the entries themselves are log lines.
    if (problem === undefined) log.error({ event: 'audit.unsaved', path, why }, 'the audit file cannot be written');
    problem = why;
  };
  const write = async (line: string): Promise<void> => {
    try {
      await makeRoom(path, bytesLimit);
      await appendDurably(path, line);
      problem = undefined;
    } catch (err) {
      fail(codeOf(err));
    } finally {
      waitingCount -= 1;
    }
  };
  return {
    append(entry) {
      if (waitingCount >= waitingLimit) {
        fail('the disk is too slow');
        return;
      }
      waitingCount += 1;
      writing = writing.then(() => write(`${JSON.stringify(entry)}\n`));
    },
    problem: () => problem,
    close: () => writing,
  };
}

async function makeRoom(path: string, bytesLimit: number): Promise<void> {
  if ((await sizeOf(path)) >= bytesLimit) await rename(path, `${path}.1`);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (err) {
    if (codeOf(err) === 'ENOENT') return 0;
    throw err;
  }
}

async function appendDurably(path: string, line: string): Promise<void> {
  const file = await open(path, 'a', 0o600);
  try {
    await file.writeFile(line);
    await file.sync();
  } finally {
    await file.close();
  }
}
