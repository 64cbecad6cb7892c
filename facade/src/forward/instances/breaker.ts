import type { BreakerPolicy } from '@banyan/routing-rules';
import { SlidingTally } from './sliding-tally.ts';

/**
 * `closed`: requests pass. `open`: none does. `half-open`: one probe at a time passes; what becomes of it decides.
 */
export type BreakerState = 'closed' | 'open' | 'half-open';

/** What an exchange says about the instance; `neutral` says nothing, such as a client that left. */
export type Verdict = 'success' | 'failure' | 'neutral';

/** Leave for one request, to be handed back with what became of it. */
export interface Pass {
  readonly isProbe: boolean;
  /** Of the time between two openings: what was sent before the last one says nothing about now. */
  readonly era: number;
}

/**
 * Stops asking an instance that fails, and finds out with single probes when it works again.
 * All times are those of one clock, in milliseconds, and never run backwards.
 */
export class Breaker {
  readonly #policy: BreakerPolicy;
  readonly #onChange: (to: BreakerState) => void;
  readonly #tally: SlidingTally;
  #state: BreakerState = 'closed';
  #rowCount = 0;
  #era = 0;
  #openMs = 0;
  #untilMs = 0;
  #isProbing = false;

  constructor(policy: BreakerPolicy, onChange: (to: BreakerState) => void) {
    this.#policy = policy;
    this.#onChange = onChange;
    this.#tally = new SlidingTally(policy.windowMs);
  }

  /** As it was left by the last request: an open one turns half-open when a request comes after its time. */
  get state(): BreakerState {
    return this.#state;
  }

  /** How long it stays open when it opens; 0 before the first time and after it has closed. */
  get openMs(): number {
    return this.#openMs;
  }

  mayPass(nowMs: number): boolean {
    if (this.#state === 'closed') return true;
    return this.#state === 'half-open' ? !this.#isProbing : nowMs >= this.#untilMs;
  }

  /** Only after `mayPass` at the same time. */
  pass(nowMs: number): Pass {
    if (this.#state === 'open' && nowMs >= this.#untilMs) this.#turn('half-open');
    const isProbe = this.#state === 'half-open';
    if (isProbe) this.#isProbing = true;
    return { isProbe, era: this.#era };
  }

  /** Once for each pass. */
  record(pass: Pass, verdict: Verdict, nowMs: number): void {
    if (pass.era !== this.#era) return;
    if (pass.isProbe) this.#recordProbe(verdict, nowMs);
    else if (this.#state === 'closed' && verdict !== 'neutral') this.#recordOrdinary(verdict === 'failure', nowMs);
  }

  #recordProbe(verdict: Verdict, nowMs: number): void {
    this.#isProbing = false;
    if (verdict === 'failure') this.#open(nowMs);
    else if (verdict === 'success') this.#close();
  }

  #recordOrdinary(isFailure: boolean, nowMs: number): void {
    this.#tally.count(nowMs);
    if (isFailure) this.#tally.mark(nowMs);
    this.#rowCount = isFailure ? this.#rowCount + 1 : 0;
    if (isFailure && this.#policy.enabled && this.#isTooMuch(nowMs)) this.#open(nowMs);
  }

  #isTooMuch(nowMs: number): boolean {
    if (this.#rowCount >= this.#policy.failures) return true;
    const { allCount, markedCount } = this.#tally.read(nowMs);
    return allCount >= this.#policy.minimumCount && markedCount * 100 >= allCount * this.#policy.ratioPercent;
  }

  #open(nowMs: number): void {
    const { openMs, maxOpenMs } = this.#policy;
    this.#openMs = Math.min(this.#openMs === 0 ? openMs : this.#openMs * 2, Math.max(openMs, maxOpenMs));
    this.#untilMs = nowMs + this.#openMs;
    this.#era += 1;
    this.#turn('open');
  }

  #close(): void {
    this.#openMs = 0;
    this.#rowCount = 0;
    this.#era += 1;
    this.#tally.clear();
    this.#turn('closed');
  }

  #turn(to: BreakerState): void {
    this.#state = to;
    this.#onChange(to);
  }
}
