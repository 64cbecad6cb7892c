/** The least rate at which a body must come in. */
export interface Pace {
  /** On average over each window. */
  readonly bytesPerSecond: number;
  readonly windowMs: number;
}

/**
 * Looks at a body once a window. A client that sends a byte now and then never pauses for long, and would hold a connection of
 * a side for ever. A window in which the side was the one who was late says nothing.
 */
export class PaceWatch {
  readonly #leastBytes: number;
  readonly #onSlow: () => void;
  readonly #timer: NodeJS.Timeout;
  #bytes = 0;
  #isHeld = false;
  #wasHeld = false;

  constructor({ bytesPerSecond, windowMs }: Pace, onSlow: () => void) {
    this.#leastBytes = (bytesPerSecond * windowMs) / 1_000;
    this.#onSlow = onSlow;
    this.#timer = setTimeout(this.#look, windowMs);
  }

  count(sizeBytes: number): void {
    this.#bytes += sizeBytes;
  }

  /** The side takes nothing now. */
  hold(): void {
    this.#isHeld = true;
    this.#wasHeld = true;
  }

  goOn(): void {
    this.#isHeld = false;
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  readonly #look = (): void => {
    if (!this.#wasHeld && this.#bytes < this.#leastBytes) {
      this.#onSlow();
      return;
    }
    this.#bytes = 0;
    this.#wasHeld = this.#isHeld;
    this.#timer.refresh();
  };
}
