import { watch, type FSWatcher } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { codeOf } from '@banyan/platform';

export type FileContent =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly why: string };

export interface WatchedFile {
  /** Looks now instead of waiting for the file system's event. */
  check(): Promise<void>;
  close(): void;
}

export interface WatchedFileParts {
  readonly path: string;
  /** What the caller holds now; `onChange` is called when the file says something else. */
  readonly current: FileContent;
  readonly onChange: (content: FileContent) => void | Promise<void>;
  readonly debounceMs?: number;
  /** For file systems that send no events (network mounts, a container's bind mounts). */
  readonly pollMs?: number;
}

export async function readContent(path: string): Promise<FileContent> {
  try {
    return { kind: 'text', text: await readFile(path, 'utf8') };
  } catch (err) {
    const code = codeOf(err);
    return code === 'ENOENT' ? { kind: 'missing' } : { kind: 'unreadable', why: code };
  }
}

/**
 * Watches the folder, not the file: editors and Kubernetes replace a file by renaming another one, or a link to its folder, over it.
 * A change counts only when the content differs, however often the file system speaks.
 */
export function watchFile({ path, current, onChange, debounceMs = 50, pollMs = 2_000 }: WatchedFileParts): WatchedFile {
  let known = current;
  let debounce: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();

  // One look after the other: a change that is being taken over is not overtaken by the next one.
  const check = (): Promise<void> => (looking = looking.then(look, look));
  const look = async (): Promise<void> => {
    const found = await readContent(path);
    if (isSame(known, found)) return;
    known = found;
    await onChange(found);
  };
  const lookSoon = (): void => {
    clearTimeout(debounce);
    debounce = setTimeout(() => void check(), debounceMs);
  };
  const watcher = tryToWatch(dirname(path), lookSoon);
  const poll = setInterval(() => void check(), pollMs).unref();
  return {
    check,
    close() {
      clearTimeout(debounce);
      clearInterval(poll);
      watcher?.close();
    },
  };
}

function tryToWatch(folder: string, onEvent: () => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, onEvent);
    // Out of watches, or the folder went away: the poll goes on.
    watcher.on('error', () => watcher.close());
    return watcher;
  } catch {
    return undefined;
  }
}

function isSame(one: FileContent, other: FileContent): boolean {
  return one.kind === 'text' && other.kind === 'text' ? one.text === other.text : one.kind === other.kind;
}
