import type { HealthPolicy } from '@banyan/routing-rules';
import type { Verdict } from './breaker.ts';

export type EjectionPolicy = Pick<HealthPolicy, 'ejectAfter' | 'ejectMs' | 'maxEjectMs'>;

/** Takes an instance out for a time after failures in a row; longer each time, until it has served well for as long as the longest. */
export class Ejection {
  readonly #policy: EjectionPolicy;
  readonly #onEject: (forMs: number) => void;
  #rowCount = 0;
  #timesCount = 0;
  #untilMs = 0;

  constructor(policy: EjectionPolicy, onEject: (forMs: number) => void) {
    this.#policy = policy;
    this.#onEject = onEject;
  }

  isOut(nowMs: number): boolean {
    return nowMs < this.#untilMs;
  }

  record(verdict: Verdict, nowMs: number): void {
    // What comes in while it is out was sent before, or because there was nobody else.
    if (verdict === 'neutral' || this.isOut(nowMs)) return;
    const { ejectAfter, ejectMs, maxEjectMs } = this.#policy;
    if (verdict === 'success') {
      this.#rowCount = 0;
      if (nowMs - this.#untilMs >= maxEjectMs) this.#timesCount = 0;
      return;
    }
    this.#rowCount += 1;
    if (this.#rowCount < ejectAfter) return;
    this.#rowCount = 0;
    this.#timesCount += 1;
    const forMs = Math.min(ejectMs * this.#timesCount, Math.max(ejectMs, maxEjectMs));
    this.#untilMs = nowMs + forMs;
    this.#onEject(forMs);
  }
}
