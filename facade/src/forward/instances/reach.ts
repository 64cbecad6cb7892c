import type { ForwardOutcome } from '../outcome.ts';

const againMs = 60_000;

/** Whether connections to an instance come about, and why not: the name is wrong, nobody listens, its certificate is refused. */
export class Reach {
  readonly #onFailure: (code: string) => void;
  #failure: string | undefined;
  #told: { readonly code: string; readonly atMs: number } | undefined;

  /** @param onFailure - called for a code that is new, and once a minute while it lasts */
  constructor(onFailure: (code: string) => void) {
    this.#onFailure = onFailure;
  }

  /** Undefined after a connection. */
  get failure(): string | undefined {
    return this.#failure;
  }

  note(outcome: ForwardOutcome, nowMs: number): void {
    if (outcome.kind === 'completed') this.#failure = undefined;
    else if (outcome.kind === 'connect-failed') this.#noteFailure(outcome.code, nowMs);
  }

  #noteFailure(code: string, nowMs: number): void {
    this.#failure = code;
    if (this.#told?.code === code && nowMs - this.#told.atMs < againMs) return;
    this.#told = { code, atMs: nowMs };
    this.#onFailure(code);
  }
}
