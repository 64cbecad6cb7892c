import { SlidingTally } from './sliding-tally.ts';

const windowMs = 10_000;
const percent = 20;
const floorCount = 3;

/** Keeps retries to a share of the requests: when everything fails, repeating all of it makes it worse. */
export class RetryBudget {
  readonly #tally = new SlidingTally(windowMs);

  noteRequest(nowMs: number): void {
    this.#tally.count(nowMs);
  }

  /** @returns whether one more may be sent; it counts as sent then */
  take(nowMs: number): boolean {
    const { allCount, markedCount } = this.#tally.read(nowMs);
    if (markedCount >= Math.max(floorCount, Math.floor((allCount * percent) / 100))) return false;
    this.#tally.mark(nowMs);
    return true;
  }
}
