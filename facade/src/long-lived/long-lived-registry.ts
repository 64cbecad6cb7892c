import type { RouteRequest, Side, Subject } from '@banyan/routing-rules';
import type { EndReason, LongLived, OnLongLived } from '../forward/long-lived.ts';

/** What is needed to decide again over an exchange that goes on. */
export interface OpenQuestion {
  readonly request: RouteRequest;
  readonly subject: Subject;
}

export interface LongLivedRegistry {
  /** For an exchange with `side`: what it tells when it turns out to have no end. */
  watch(question: OpenQuestion, side: Side): OnLongLived;
  /** Rules, flags, orders or alarms are others now: looks soon, and in small batches, who is on the wrong side. */
  reconsider(): void;
  /** Ends all of them, and those that still open, spread over the time. Settles when none is left or the time is over. */
  drain(withinMs: number): Promise<void>;
  readonly openCount: number;
  close(): void;
}

export interface LongLivedRegistryParts {
  /** The side that rules, flags and orders of now give it. */
  readonly decideAgain: (question: OpenQuestion) => Side;
  /** A rolled-back one is ended at a random moment within this time, so that not all clients come back at once. */
  readonly closeWithinMs: number;
  /** One more is served, but does not follow a roll-back. */
  readonly limit: number;
  /** 0 inclusive to 1 exclusive. */
  readonly random: () => number;
  readonly onCount: (line: LongLived, side: Side, step: 1 | -1) => void;
  readonly onEnding: (line: LongLived, why: EndReason) => void;
  readonly onUnwatched: () => void;
}

interface Held {
  readonly line: LongLived;
  readonly question: OpenQuestion;
  readonly side: Side;
  /** It will be ended, or has been told to end. */
  timer: NodeJS.Timeout | undefined;
}

const batchSize = 200;
// Of the time of a drain; the rest is for closing handshakes.
const drainShare = 0.6;

export function createLongLivedRegistry(parts: LongLivedRegistryParts): LongLivedRegistry {
  return new Registry(parts);
}

class Registry implements LongLivedRegistry {
  readonly #parts: LongLivedRegistryParts;
  readonly #held = new Set<Held>();
  #isSweeping = false;
  #isSweepStale = false;
  #drainUntilMs: number | undefined;
  #onEmpty: () => void = () => undefined;

  constructor(parts: LongLivedRegistryParts) {
    this.#parts = parts;
  }

  watch(question: OpenQuestion, side: Side): OnLongLived {
    return (line) => this.#hold({ line, question, side, timer: undefined });
  }

  get openCount(): number {
    return this.#held.size;
  }

  reconsider(): void {
    this.#isSweepStale = true;
    if (this.#isSweeping) return;
    this.#isSweeping = true;
    setImmediate(this.#startSweep);
  }

  async drain(withinMs: number): Promise<void> {
    this.#drainUntilMs = performance.now() + withinMs;
    for (const held of this.#held) this.#endForDrain(held);
    if (this.#held.size === 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, withinMs);
      this.#onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  close(): void {
    for (const held of this.#held) clearTimeout(held.timer);
    this.#held.clear();
  }

  #hold(held: Held): () => void {
    const { limit, onCount, onUnwatched } = this.#parts;
    if (this.#held.size >= limit) {
      onUnwatched();
      return () => undefined;
    }
    this.#held.add(held);
    onCount(held.line, held.side, 1);
    if (this.#drainUntilMs !== undefined) this.#endForDrain(held);
    return () => {
      clearTimeout(held.timer);
      if (!this.#held.delete(held)) return;
      onCount(held.line, held.side, -1);
      if (this.#held.size === 0) this.#onEmpty();
    };
  }

  readonly #startSweep = (): void => {
    this.#isSweepStale = false;
    this.#sweep(this.#held.values());
  };

  /** A batch at a time: thousands of connections must not hold up the requests beside them. */
  #sweep(left: SetIterator<Held>): void {
    for (let count = 0; count < batchSize; count += 1) {
      const { done, value: held } = left.next();
      if (done === true) {
        if (this.#isSweepStale) setImmediate(this.#startSweep);
        else this.#isSweeping = false;
        return;
      }
      this.#reconsiderOne(held);
    }
    setImmediate(() => this.#sweep(left));
  }

  #reconsiderOne(held: Held): void {
    if (held.timer !== undefined || !this.#isRolledBack(held)) return;
    held.timer = setTimeout(this.#endIfStill, this.#parts.random() * this.#parts.closeWithinMs, held);
  }

  readonly #endIfStill = (held: Held): void => {
    if (this.#isRolledBack(held)) this.#end(held, 'rolled-back');
    // It was rolled forward again meanwhile.
    else held.timer = undefined;
  };

  /** On a roll-forward it stays where it is: its client is served. */
  #isRolledBack({ side, question }: Held): boolean {
    return side === 'extracted' && this.#parts.decideAgain(question) === 'legacy';
  }

  #endForDrain(held: Held): void {
    clearTimeout(held.timer);
    const leftMs = Math.max(0, (this.#drainUntilMs ?? 0) - performance.now());
    held.timer = setTimeout(() => this.#end(held, 'draining'), this.#parts.random() * leftMs * drainShare);
  }

  #end({ line }: Held, why: EndReason): void {
    this.#parts.onEnding(line, why);
    line.end(why);
  }
}
