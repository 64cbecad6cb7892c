import { statSync } from 'node:fs';
import { messageOf, type Logger } from '@banyan/platform';
import { writeAtomically } from '../files/atomic-file.ts';
import { readContent, watchFile, type FileContent, type WatchedFile } from '../files/watched-file.ts';
import {
  entriesOfFile,
  entryKey,
  isForgotten,
  isNewer,
  liftOf,
  timeAfter,
  type OrderEntries,
  type OrderEntry,
} from './order-entry.ts';
import { keyOf, overrideSet, type Override, type OverrideSet } from './override.ts';
import { formatOverrides, isWholeOverrides, parseOverrides } from './override-file.ts';

/** The orders in force, from the file and from the admin endpoint. */
export interface Overrides {
  current(): OverrideSet;
  /** What is wrong with the file; the last good orders are in force meanwhile. */
  problems(): readonly string[];
  /** In force when it returns, whatever happens to the file. */
  /** Looks at the file now. */
  check(): Promise<void>;
  set(override: Override): Promise<Persistence>;
  /** @returns undefined when there is no such order */
  clear(order: Pick<Override, 'capability' | 'subject'>, by: string): Promise<Persistence> | undefined;
  /** In an emergency: every capability to legacy, until the orders are lifted. Repeating it changes nothing. */
  sendAllToLegacy(reason: string, by: string): Promise<Persistence>;
  /** The last word on every key, for other replicas. */
  entries(): OrderEntries;
  /**
   * Takes over what other replicas have said later; capabilities that the rules here do not have are left out.
   *
   * @returns what was taken
   */
  merge(entries: readonly OrderEntry[], by: string): readonly OrderEntry[];
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
  /** Orders go to other replicas: what was lifted is remembered. */
  readonly isShared?: boolean;
}

/** Reads the file, if there is one, and goes on watching it. A file that is bad at the start is reported, not fatal: flags decide. */
export async function openOverrides(parts: OverridesParts): Promise<Overrides> {
  const store = new OverrideStore(parts);
  await store.open();
  return store;
}

class OverrideStore implements Overrides {
  readonly #parts: OverridesParts;
  #entries: OrderEntries = new Map();
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
    const isWhole = (found: FileContent): boolean => found.kind === 'text' && isWholeOverrides(found.text);
    this.#watched = watchFile({ path, current: content, isWhole, onChange: (found) => this.#read(found) });
  }

  current(): OverrideSet {
    return this.#current;
  }

  problems(): readonly string[] {
    return this.#problems;
  }

  async check(): Promise<void> {
    await this.#watched?.check();
  }

  set(override: Override): Promise<Persistence> {
    const since = timeAfter(this.#entries.get(keyOf(override)), override.since);
    this.#take([{ kind: 'given', order: { ...override, since } }], override.by);
    return this.#persist();
  }

  clear(order: Pick<Override, 'capability' | 'subject'>, by: string): Promise<Persistence> | undefined {
    const known = this.#entries.get(keyOf(order));
    if (known?.kind !== 'given') return undefined;
    this.#take([liftOf(order, by, timeAfter(known, this.#parts.now()))], by);
    return this.#persist();
  }

  sendAllToLegacy(reason: string, by: string): Promise<Persistence> {
    const since = this.#parts.now();
    const orders = this.#parts
      .capabilities()
      .map((capability) => ({ capability, side: 'legacy', reason, since, by }) as const);
    const missing = orders.filter((order) => this.#current.orderFor(order.capability, undefined)?.side !== 'legacy');
    const given = missing.map((order): OrderEntry => {
      return { kind: 'given', order: { ...order, since: timeAfter(this.#entries.get(keyOf(order)), since) } };
    });
    // An order for one scope beats the one for all: those that hold a scope on the extracted side go.
    const inTheWay = this.#current.all.filter(({ side, subject }) => subject !== undefined && side === 'extracted');
    const lifted = inTheWay.map((order) => liftOf(order, by, timeAfter(this.#entries.get(keyOf(order)), since)));
    this.#take([...given, ...lifted], by);
    return this.#persist();
  }

  entries(): OrderEntries {
    return this.#entries;
  }

  merge(entries: readonly OrderEntry[], by: string): readonly OrderEntry[] {
    const known = new Set(this.#parts.capabilities());
    const news = entries.filter((entry) => {
      const { capability } = entry.kind === 'given' ? entry.order : entry;
      return known.has(capability) && isNewer(entry, this.#entries.get(entryKey(entry)));
    });
    if (news.length === 0) return news;
    this.#take(news, by);
    void this.#persist();
    return news;
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
        ? parseOverrides(content.text, { capabilities: capabilities(), now: this.#writtenAt() })
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
    const lifted = reading.lifted.filter((entry) => isNewer(entry, this.#entries.get(entryKey(entry))));
    this.#take([...lifted, ...entriesOfFile(reading.overrides, this.#entries, now())], 'file');
  }

  /** An order without a time was given when the file was written: a restart does not make it a new one. */
  #writtenAt(): string {
    const { path = '', now } = this.#parts;
    // Not awaited: an order that came meanwhile would look like one that the file lifts.
    const mtimeMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Infinity;
    return new Date(Math.min(mtimeMs, Date.parse(now()))).toISOString();
  }

  #take(news: readonly OrderEntry[], by: string): void {
    const before = this.#current;
    const now = this.#parts.now();
    const entries = new Map(this.#entries);
    for (const entry of news) {
      // Behind the others, as a list of orders grows.
      entries.delete(entryKey(entry));
      entries.set(entryKey(entry), entry);
    }
    this.#entries = new Map([...entries].filter(([, entry]) => !isForgotten(entry, now) && this.#isKept(entry)));
    this.#current = overrideSet(
      [...this.#entries.values()].flatMap((entry) => (entry.kind === 'given' ? [entry.order] : [])),
    );
    this.#parts.onChange(this.#current, before, by);
  }

  #isKept({ kind }: OrderEntry): boolean {
    return kind === 'given' || this.#parts.isShared === true;
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
    const lifted = [...this.#entries.values()].filter((entry) => entry.kind === 'lifted');
    const text = formatOverrides(path, this.#current.all, lifted);
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
