import { ownText } from '../own-text.ts';

/** Answers beyond this many are worked out again. */
const answerLimit = 20_000;

/**
 * What the flags said about whom, as long as they say it. Whoever holds it clears it when a flag changes, and about once a
 * second besides: a constraint may go by the time of day.
 */
export class FlagAnswers {
  readonly #byFlag = new Map<string, Map<string, boolean>>();
  #count = 0;

  get(flag: string, scopeKey: string): boolean | undefined {
    return this.#byFlag.get(flag)?.get(scopeKey);
  }

  set(flag: string, scopeKey: string, isEnabled: boolean): void {
    if (this.#count >= answerLimit) this.clear();
    this.#count += 1;
    const known = this.#byFlag.get(flag);
    const key = ownText(scopeKey);
    if (known) known.set(key, isEnabled);
    else this.#byFlag.set(flag, new Map([[key, isEnabled]]));
  }

  clear(): void {
    this.#byFlag.clear();
    this.#count = 0;
  }
}
