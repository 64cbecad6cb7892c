import { messageOf, type Logger } from '@banyan/platform';
import { writeAtomically } from '../files/atomic-file.ts';
import { readContent, watchFile, type FileContent, type WatchedFile } from '../files/watched-file.ts';
import { keyOf, overrideSet, type Override, type OverrideSet } from './override.ts';
import { formatOverrides, parseOverrides } from './override-file.ts';

/** The orders in force, from the file and from the admin endpoint. */
export interface Overrides {
  current(): OverrideSet;
  /** What is wrong with the file; the last good orders are in force meanwhile. */
  problems(): readonly string[];
  /** In force when it returns, whatever happens to the file. */
  set(override: Override): Promise<Persistence>;
  /** @returns undefined when there is no such order */
  clear(order: Pick<Override, 'capability' | 'subject'>, by: string): Promise<Persistence> | undefined;
  close(): void;
}

/** Whether an order survives a restart. */
export type Persistence = { readonly isPersisted: true } | { readonly isPersisted: false; readonly why: string };

export interface OverridesParts {
  /** Undefined: orders live as long as the process. */
  readonly path: string | undefined;
  readonly capabilities: () => readonly string[];
  readonly log: Logger;
  /** `by`: who changed them, in the words of the audit. */
  readonly onChange: (overrides: OverrideSet, before: OverrideSet, by: string) => void;
  readonly now: () => string;
}

/** Reads the file, if there is one, and goes on watching it. A file that is bad at the start is reported, not fatal: flags decide. */
export async function openOverrides(parts: OverridesParts): Promise<Overrides> {
  const store = new OverrideStore(parts);
  await store.open();
  return store;
}

class OverrideStore implements Overrides {
  readonly #parts: OverridesParts;
  #current = overrideSet([]);
  #problems: readonly string[] = [];
  #watched: WatchedFile | undefined;
  /** Texts of our own that the watcher may still come across; memory is already past them. */
  readonly #ownTexts = new Set<string>();
  #writing: Promise<unknown> = Promise.resolve();
  #pendingCount = 0;

  constructor(parts: OverridesParts) {
    this.#parts = parts;
  }

  async open(): Promise<void> {
    const { path } = this.#parts;
    if (path === undefined) return;
    const content = await readContent(path);
    // No file yet is no problem: the first order makes it.
    if (content.kind !== 'missing') this.#read(content);
    this.#watched = watchFile({ path, current: content, onChange: (found) => this.#read(found) });
  }

  current(): OverrideSet {
    return this.#current;
  }

  problems(): readonly string[] {
    return this.#problems;
  }

  set(override: Override): Promise<Persistence> {
    const others = this.#current.all.filter((other) => keyOf(other) !== keyOf(override));
    this.#replace([...others, override], override.by);
    return this.#persist();
  }

  clear(order: Pick<Override, 'capability' | 'subject'>, by: string): Promise<Persistence> | undefined {
    const others = this.#current.all.filter((other) => keyOf(other) !== keyOf(order));
    if (others.length === this.#current.all.length) return undefined;
    this.#replace(others, by);
    return this.#persist();
  }

  close(): void {
    this.#watched?.close();
  }

  #read(content: FileContent): void {
    if (content.kind === 'text' && this.#ownTexts.has(content.text)) return;
    const { capabilities, now } = this.#parts;
    // A file that vanished may have been lost; an emergency order must not be lifted by that.
    const reading =
      content.kind === 'text'
        ? parseOverrides(content.text, { capabilities: capabilities(), now: now() })
        : refusedBecause(content);
    if (reading.kind === 'refused') {
      this.#problems = reading.problems;
      this.#parts.log.error(
        { event: 'overrides.refused', problems: reading.problems },
        'the override file is refused; the last good orders stay in force',
      );
      return;
    }
    this.#problems = [];
    this.#replace(reading.overrides, 'file');
  }

  #replace(all: readonly Override[], by: string): void {
    const before = this.#current;
    this.#current = overrideSet(all);
    this.#parts.onChange(this.#current, before, by);
  }

  /** Writes what is in force when its turn comes, one write after the other. */
  #persist(): Promise<Persistence> {
    const { path } = this.#parts;
    if (path === undefined) return Promise.resolve({ isPersisted: false, why: 'FACADE_OVERRIDE_FILE is not set' });
    this.#pendingCount += 1;
    const turn = this.#writing.then(() => this.#write(path));
    this.#writing = turn;
    return turn;
  }

  async #write(path: string): Promise<Persistence> {
    const text = formatOverrides(path, this.#current.all);
    this.#ownTexts.add(text);
    try {
      await writeAtomically(path, text);
      await this.#watched?.check();
      this.#problems = [];
      return { isPersisted: true };
    } catch (err) {
      this.#parts.log.error(
        { event: 'overrides.unsaved', err },
        'the order is in force, but a restart will not know it',
      );
      return { isPersisted: false, why: messageOf(err) };
    } finally {
      this.#pendingCount -= 1;
      if (this.#pendingCount === 0) this.#ownTexts.clear();
    }
  }
}

function refusedBecause(content: Exclude<FileContent, { kind: 'text' }>): {
  readonly kind: 'refused';
  readonly problems: readonly string[];
} {
  return {
    kind: 'refused',
    problems: [content.kind === 'missing' ? 'the file is gone' : `the file cannot be read: ${content.why}`],
  };
}
