/** In milliseconds. */
export interface Timeouts {
  /** From the decision to a free connection. */
  readonly connectMs: number;
  /** From the last byte of the request to the head of the answer. */
  readonly headersMs: number;
  /** Between two pieces of a body, on its way in or out. */
  readonly bodyIdleMs: number;
  /** The whole exchange; undefined for streams, which end when they end. */
  readonly totalMs: number | undefined;
  /** An upgraded connection without a byte in either direction. */
  readonly upgradeIdleMs: number;
}

/**
 * `upload`: the body of the request is on its way to the side.
 * `stream`: an answer without an end, such as server-sent events; it may pause but has no total limit.
 */
export type ClockPhase = 'upload' | 'headers' | 'body' | 'stream';

/** The clocks of one exchange: one for the phase it is in, one for the whole. Never early, and late by two ticks at most. */
export interface Clock {
  enter(phase: ClockPhase): void;
  /** A byte moved: the phase's clock starts again. */
  touch(): void;
  stop(): void;
}

/** @param onLate - called once at most; the clock has stopped then */
export function startClock(timeouts: Timeouts, onLate: (isTotal: boolean) => void): Clock {
  const clock = new ExchangeClock(timeouts, onLate);
  running.add(clock);
  ticking ??= setTimeout(tick, tickMs);
  return clock;
}

class ExchangeClock implements Clock {
  readonly #timeouts: Timeouts;
  readonly #onLate: (isTotal: boolean) => void;
  #limitMs: number;
  #endsAtMs = Infinity;
  #totalEndsAtMs: number | undefined;
  #isTouched = true;

  constructor(timeouts: Timeouts, onLate: (isTotal: boolean) => void) {
    this.#timeouts = timeouts;
    this.#onLate = onLate;
    this.#limitMs = timeouts.connectMs;
  }

  enter(phase: ClockPhase): void {
    this.#limitMs = phase === 'headers' ? this.#timeouts.headersMs : this.#timeouts.bodyIdleMs;
    if (phase === 'stream') this.#totalEndsAtMs = Infinity;
    this.#isTouched = true;
  }

  touch(): void {
    this.#isTouched = true;
  }

  stop(): void {
    running.delete(this);
  }

  look(nowMs: number): void {
    this.#totalEndsAtMs ??= nowMs + (this.#timeouts.totalMs ?? Infinity);
    if (this.#isTouched) {
      this.#isTouched = false;
      this.#endsAtMs = nowMs + this.#limitMs;
    }
    const isTotal = nowMs >= this.#totalEndsAtMs;
    if (!isTotal && nowMs < this.#endsAtMs) return;
    this.stop();
    this.#onLate(isTotal);
  }
}

/**
 * One timer looks at all the clocks of the process. A timer of its own for each limit would be set four times and cleared
 * five times a request; this way a byte that moves costs one assignment, and time is read once a tick.
 */
const running = new Set<ExchangeClock>();
const tickMs = 20;
let ticking: NodeJS.Timeout | undefined;

function tick(): void {
  const nowMs = performance.now();
  for (const clock of running) clock.look(nowMs);
  ticking = running.size === 0 ? undefined : ticking?.refresh();
}
