/** When something is over that begins again and again. To set it costs an assignment: time is read by whoever looks. */
export class Deadline {
  #limitMs: number;
  #endsAtMs: number | undefined;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** The time begins with the next look. Infinity: there is no end. */
  begin(limitMs: number): void {
    this.#limitMs = limitMs;
    this.#endsAtMs = undefined;
  }

  isOver(nowMs: number): boolean {
    this.#endsAtMs ??= nowMs + this.#limitMs;
    return nowMs >= this.#endsAtMs;
  }
}
