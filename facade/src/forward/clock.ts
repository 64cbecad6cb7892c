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
  link(clock);
  ticking ??= setTimeout(tick, tickMs);
  return clock;
}

class ExchangeClock implements Clock {
  /** Neighbours among those that run. */
  previous: ExchangeClock | undefined;
  next: ExchangeClock | undefined;
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
    unlink(this);
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
const tickMs = 20;
let ticking: NodeJS.Timeout | undefined;

/**
 * The clocks that run, as a list. Not a Set: each table that a Set outgrows points to the next one, so that one which has
 * become old keeps every later exchange from being collected while it is young.
 */
let first: ExchangeClock | undefined;

function link(clock: ExchangeClock): void {
  clock.next = first;
  if (first) first.previous = clock;
  first = clock;
}

function unlink(clock: ExchangeClock): void {
  const { previous, next } = clock;
  if (previous) previous.next = next;
  else if (first === clock) first = next;
  if (next) next.previous = previous;
  clock.previous = undefined;
  clock.next = undefined;
}

function tick(): void {
  const nowMs = performance.now();
  let clock = first;
  while (clock) {
    // Whoever is late leaves the list.
    const { next } = clock;
    clock.look(nowMs);
    clock = next;
  }
  ticking = first ? ticking?.refresh() : undefined;
}
