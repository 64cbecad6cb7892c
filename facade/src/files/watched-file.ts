import { watch, type FSWatcher } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
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
  /**
   * Whether a writer may have finished. What looks cut off is read once more after a moment, and is then taken as it is: one who
   * does not rename a new file over the old one empties it first.
   */
  readonly isWhole?: (content: FileContent) => boolean;
  /** From the first event to the look; events that come meanwhile are served by the same look. */
  readonly debounceMs?: number;
  /** How long something that is not whole may take to become so. */
  readonly settleMs?: number;
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
export function watchFile(parts: WatchedFileParts): WatchedFile {
  const { path, current, onChange, isWhole = hasText, debounceMs = 10, settleMs = 50, pollMs = 2_000 } = parts;
  let known = current;
  let debounce: NodeJS.Timeout | undefined;
  let looking: Promise<void> = Promise.resolve();

  // One look after the other: a change that is being taken over is not overtaken by the next one.
  const check = (): Promise<void> => (looking = looking.then(look, look));
  const look = async (): Promise<void> => {
    let found = await readContent(path);
    if (!isSame(known, found) && !isWhole(found)) {
      await pause(settleMs);
      found = await readContent(path);
    }
    if (isSame(known, found)) return;
    known = found;
    await onChange(found);
  };
  // Not put off by further events: a log in the same folder would put it off for ever.
  const lookSoon = (): void => {
    debounce ??= setTimeout(() => {
      debounce = undefined;
      void check();
    }, debounceMs);
  };
  const watcher = tryToWatch(dirname(path), (name) => {
    if (mayConcern(name, basename(path))) lookSoon();
  });
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

/** The file itself, a link in its way as Kubernetes makes them (`..data`), or an event without a name. */
function mayConcern(name: string | null, fileName: string): boolean {
  return name === null || name === fileName || name.startsWith('..');
}

function hasText(content: FileContent): boolean {
  return content.kind === 'text' && content.text.trim() !== '';
}

function tryToWatch(folder: string, onEvent: (name: string | null) => void): FSWatcher | undefined {
  try {
    const watcher = watch(folder, { persistent: false }, (_kind, name) => onEvent(name));
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
