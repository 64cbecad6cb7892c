import type { CacheLimits } from '@banyan/routing-rules';
import { LRUCache } from 'lru-cache';
import { isOfVariant } from './answer-policy.ts';
import type { HeaderMap } from './header-map.ts';
import type { KeptAnswer } from './kept-answer.ts';

/** Where answers to one question of one caller are kept. */
export interface Place {
  readonly routeId: string;
  readonly limits: CacheLimits;
  /** Side, upstream, host, target and caller: whatever must not be mixed. */
  readonly key: string;
  /** Path without query; whatever is kept under it is forgotten when it is written to. */
  readonly path: string;
}

/** One answer on its way into the store. It holds memory, and is void once its path was written to. */
export interface Filling {
  /** False when there is no room or it is void: give it up. */
  take(byteCount: number): boolean;
  /** Ends it. */
  keep(answer: KeptAnswer): void;
  release(): void;
}

export interface AnswerStore {
  find(place: Place, request: HeaderMap): KeptAnswer | undefined;
  /** What is on its way holds memory until it is kept or released. */
  fill(place: Place): Filling;
  /** Forgets everything under the path, whoever asked, and what is on its way. */
  invalidate(path: string): void;
  /** @returns how many answers were forgotten */
  clear(routeId?: string): number;
  readonly bytes: number;
  readonly count: number;
}

interface Variants {
  readonly path: string;
  /** Newest first. */
  readonly answers: readonly KeptAnswer[];
  readonly bytes: number;
}

type Shelf = LRUCache<string, Variants>;

const variantLimit = 8;
const bytesBeside = 1_024;

/**
 * @param limitBytes - for the answers of all routes, whole and on their way
 * @param onBytes - told how much it holds whenever that may have changed
 */
export function createAnswerStore(limitBytes: number, onBytes: (bytes: number) => void = ignore): AnswerStore {
  return new MemoryStore(limitBytes, onBytes);
}

const ignore = (): void => undefined;

class MemoryStore implements AnswerStore {
  readonly #limitBytes: number;
  readonly #shelves = new Map<string, Shelf>();
  /** By path: the shelves and keys under it. */
  readonly #places = new Map<string, Map<string, Shelf>>();
  readonly #fillings = new Map<string, Set<OpenFilling>>();
  #fillingBytes = 0;
  readonly #onBytes: (bytes: number) => void;

  constructor(limitBytes: number, onBytes: (bytes: number) => void) {
    this.#limitBytes = limitBytes;
    this.#onBytes = onBytes;
  }

  find({ routeId, key }: Place, request: HeaderMap): KeptAnswer | undefined {
    const variants = this.#shelves.get(routeId)?.get(key);
    return variants?.answers.find(({ policy }) => isOfVariant(policy, request));
  }

  fill(place: Place): Filling {
    const path = plainPath(place.path);
    const filling = new OpenFilling(place.limits.maxEntryBytes, {
      hold: (byteCount) => this.#hold(byteCount),
      keep: (answer) => this.#keep(place, answer),
      close: () => {
        const open = this.#fillings.get(path);
        open?.delete(filling);
        this.#onBytes(this.bytes);
        if (open?.size === 0) this.#fillings.delete(path);
      },
    });
    const open = this.#fillings.get(path) ?? new Set();
    this.#fillings.set(path, open.add(filling));
    return filling;
  }

  invalidate(rawPath: string): void {
    const path = plainPath(rawPath);
    for (const filling of this.#fillings.get(path) ?? []) filling.isVoid = true;
    const places = this.#places.get(path);
    if (!places) return;
    for (const [key, shelf] of places) shelf.delete(key);
    this.#onBytes(this.bytes);
  }

  clear(routeId?: string): number {
    const before = this.count;
    for (const [id, shelf] of this.#shelves) if (routeId === undefined || id === routeId) shelf.clear();
    if (routeId === undefined) this.#shelves.clear();
    for (const open of this.#fillings.values()) for (const filling of open) filling.isVoid = true;
    this.#onBytes(this.bytes);
    return before - this.count;
  }

  get bytes(): number {
    let bytes = this.#fillingBytes;
    for (const shelf of this.#shelves.values()) bytes += shelf.calculatedSize;
    return bytes;
  }

  get count(): number {
    let count = 0;
    for (const shelf of this.#shelves.values()) for (const { answers } of shelf.values()) count += answers.length;
    return count;
  }

  #hold(byteCount: number): boolean {
    this.#fillingBytes += byteCount;
    if (byteCount > 0) this.#makeRoom();
    return this.bytes <= this.#limitBytes;
  }

  #keep({ routeId, limits, key, path }: Place, answer: KeptAnswer): void {
    const shelf = this.#shelfFor(routeId, limits);
    const others = (shelf.peek(key)?.answers ?? []).filter(({ policy }) => !isSameVariant(policy, answer.policy));
    const answers = [answer, ...others].slice(0, variantLimit);
    const bytes = answers.reduce((sum, one) => sum + bytesOf(one), bytesBeside + 2 * key.length);
    shelf.delete(key);
    if (bytes > shelf.maxSize) return;
    const plain = plainPath(path);
    shelf.set(key, { path: plain, answers, bytes });
    this.#places.set(plain, (this.#places.get(plain) ?? new Map<string, Shelf>()).set(key, shelf));
    this.#makeRoom();
    this.#onBytes(this.bytes);
  }

  #shelfFor(routeId: string, { maxBytes }: CacheLimits): Shelf {
    const maxSize = Math.min(maxBytes ?? this.#limitBytes, this.#limitBytes);
    const known = this.#shelves.get(routeId);
    if (known?.maxSize === maxSize) return known;
    known?.clear();
    const shelf: Shelf = new LRUCache({
      maxSize,
      sizeCalculation: ({ bytes }) => bytes,
      dispose: ({ path }, key) => this.#leave(path, key),
    });
    this.#shelves.set(routeId, shelf);
    return shelf;
  }

  #leave(path: string, key: string): void {
    const places = this.#places.get(path);
    places?.delete(key);
    if (places?.size === 0) this.#places.delete(path);
  }

  /** Takes from the route that has most: one busy route must not push out all others. */
  #makeRoom(): void {
    while (this.bytes > this.#limitBytes) {
      const [fullest] = [...this.#shelves.values()].toSorted((one, other) => other.calculatedSize - one.calculatedSize);
      if (fullest?.pop() === undefined) return;
    }
  }
}

interface FillingHooks {
  /** False when there is no room for it. */
  readonly hold: (byteCount: number) => boolean;
  readonly keep: (answer: KeptAnswer) => void;
  readonly close: () => void;
}

class OpenFilling implements Filling {
  isVoid = false;
  readonly #maxBytes: number;
  readonly #hooks: FillingHooks;
  #bytes = 0;

  constructor(maxBytes: number, hooks: FillingHooks) {
    this.#maxBytes = maxBytes;
    this.#hooks = hooks;
  }

  take(byteCount: number): boolean {
    if (this.isVoid || this.#bytes + byteCount > this.#maxBytes) return false;
    this.#bytes += byteCount;
    return this.#hooks.hold(byteCount);
  }

  keep(answer: KeptAnswer): void {
    this.release();
    if (!this.isVoid) this.#hooks.keep(answer);
    this.isVoid = true;
  }

  release(): void {
    this.#hooks.hold(-this.#bytes);
    this.#bytes = 0;
    this.#hooks.close();
  }
}

function isSameVariant(one: KeptAnswer['policy'], other: KeptAnswer['policy']): boolean {
  return JSON.stringify(one.varied) === JSON.stringify(other.varied);
}

function bytesOf({ body, headers }: KeptAnswer): number {
  return body.length + 2 * headers.reduce((sum, text) => sum + text.length, 0) + bytesBeside;
}

/** A side may take /Trips/ for /trips; forgetting too much costs one question. */
function plainPath(path: string): string {
  const lower = path.toLowerCase();
  return lower.length > 1 && lower.endsWith('/') ? lower.slice(0, -1) : lower;
}
