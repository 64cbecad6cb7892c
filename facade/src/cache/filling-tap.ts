import type { AnswerTap } from '../forward/answer-tap.ts';
import { answerPolicy, type AnswerPolicy } from './answer-policy.ts';
import type { Filling } from './answer-store.ts';
import { headerMapOf, type HeaderMap } from './header-map.ts';

export interface FillingTapParts {
  readonly filling: Filling;
  readonly request: HeaderMap;
  readonly askedAtMs: number;
  readonly maxSeconds: number;
  readonly nowMs: () => number;
}

/** Keeps what passes by, when it may be kept and all of it came. */
export class FillingTap implements AnswerTap {
  readonly #parts: FillingTapParts;
  readonly #chunks: Buffer[] = [];
  #status = 0;
  #headers: readonly string[] = [];
  #policy: AnswerPolicy | undefined;

  constructor(parts: FillingTapParts) {
    this.#parts = parts;
  }

  onHead(status: number, headers: readonly string[], isEndMarked: boolean): void {
    this.#status = status;
    this.#headers = headers;
    // Without a length and without chunks, a cut looks like an end (RFC 9112 8).
    if (isEndMarked) this.#policy = answerPolicy({ ...this.#parts, status, headers: headerMapOf(headers) });
    if (!this.#policy) this.#giveUp();
  }

  onData(chunk: Buffer): void {
    if (!this.#policy) return;
    if (this.#parts.filling.take(chunk.length)) this.#chunks.push(Buffer.from(chunk));
    else this.#giveUp();
  }

  onEnd(trailers: readonly unknown[]): void {
    const policy = this.#policy;
    if (!policy) return;
    if (trailers.length > 0) this.#giveUp();
    else
      this.#parts.filling.keep({
        status: this.#status,
        headers: this.#headers,
        body: Buffer.concat(this.#chunks),
        policy,
      });
  }

  onBroken(): void {
    this.#giveUp();
  }

  #giveUp(): void {
    this.#policy = undefined;
    this.#chunks.length = 0;
    this.#parts.filling.release();
  }
}
