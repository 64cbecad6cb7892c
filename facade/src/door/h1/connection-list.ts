/** One of the connections of a port. */
export interface Listed {
  /** Neighbours in the list. */
  previous: Listed | undefined;
  next: Listed | undefined;
  /** Called now and then; ends what is late. */
  look(nowMs: number): void;
  /** The answer under way, and the next one, are the last on it. */
  letGo(): void;
  /** Ends it where no request is under way. */
  endIdle(): void;
  destroy(): void;
}

/**
 * The open connections of a port, and one timer that looks at all of them: the time-outs of a connection cost an assignment,
 * and never come early. A list, as that of `forward/clock.ts`, and for its reasons.
 */
export class ConnectionList {
  readonly #tickMs: number;
  readonly #onEmpty: () => void;
  #first: Listed | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(tickMs: number, onEmpty: () => void) {
    this.#tickMs = tickMs;
    this.#onEmpty = onEmpty;
  }

  get isEmpty(): boolean {
    return this.#first === undefined;
  }

  add(one: Listed): void {
    one.next = this.#first;
    if (this.#first) this.#first.previous = one;
    this.#first = one;
    this.#timer ??= setTimeout(this.#tick, this.#tickMs).unref();
  }

  remove(one: Listed): void {
    const { previous, next } = one;
    if (previous) previous.next = next;
    else if (this.#first === one) this.#first = next;
    else return;
    if (next) next.previous = previous;
    one.previous = undefined;
    one.next = undefined;
    if (this.isEmpty) this.#onEmpty();
  }

  /** `act` may remove the one that it is called with. */
  each(act: (one: Listed) => void): void {
    let one = this.#first;
    while (one) {
      const { next } = one;
      act(one);
      one = next;
    }
  }

  readonly #tick = (): void => {
    const nowMs = performance.now();
    this.each((one) => one.look(nowMs));
    this.#timer = this.isEmpty ? undefined : this.#timer?.refresh();
  };
}
