import type { ForwardOutcome } from '../outcome.ts';
import type { Pass, Verdict } from './breaker.ts';
import type { Instance } from './instance.ts';
import { verdictOf } from './verdict.ts';

export interface LeaseParts {
  readonly nowMs: () => number;
  readonly failureStatuses: readonly number[];
  readonly onEnd: () => void;
}

/** The right to send one request to an instance. */
export class Lease {
  readonly instance: Instance;
  readonly #parts: LeaseParts;
  readonly #pass: Pass;
  #isEnded = false;

  constructor(instance: Instance, parts: LeaseParts) {
    this.instance = instance;
    this.#parts = parts;
    this.#pass = instance.breaker.pass(parts.nowMs());
    instance.outstandingCount += 1;
  }

  /** The head of the answer is here. A probe has its result with that: it may be a stream that lasts for hours. */
  answered(status: number): void {
    if (this.#pass.isProbe) this.#tellBreaker(this.#verdictOf({ kind: 'completed', status }), this.#parts.nowMs());
  }

  /** Gives it back, with how the exchange ended. */
  end(outcome: ForwardOutcome): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.instance.outstandingCount -= 1;
    const verdict = this.#verdictOf(outcome);
    const nowMs = this.#parts.nowMs();
    this.#tellBreaker(verdict, nowMs);
    this.instance.ejection.record(verdict, nowMs);
    this.instance.noteReach(outcome, nowMs);
    this.#parts.onEnd();
  }

  // The second word on one pass is that of another era, and not heard.
  #tellBreaker(verdict: Verdict, nowMs: number): void {
    this.instance.breaker.record(this.#pass, verdict, nowMs);
  }

  #verdictOf(outcome: ForwardOutcome): Verdict {
    return verdictOf(outcome, this.#parts.failureStatuses);
  }
}
