import type { Timeouts } from './clock.ts';
import type { LongLived, OnLongLived } from './long-lived.ts';

export interface EndlessAnswerParts {
  /** To the client; false when it should get no more for now. */
  readonly write: (chunk: Buffer) => boolean;
  /** A complete answer, as far as HTTP goes: an EventSource connects again. */
  readonly finish: () => void;
  /** An answer that everybody sees is not complete. */
  readonly breakOff: () => void;
}

export interface Endless {
  readonly isEventStream: boolean;
  readonly timeouts: Pick<Timeouts, 'totalMs'>;
  readonly onLongLived?: OnLongLived | undefined;
}

export interface WatchedAnswer {
  /** @returns false when the client should get no more for now */
  write(chunk: Buffer): boolean;
  /** The exchange is over. */
  release(): void;
}

/** For an answer without a length. Undefined: somebody else ends it, be it a clock. */
export function watchEndless(
  { isEventStream, timeouts, onLongLived }: Endless,
  parts: EndlessAnswerParts,
): WatchedAnswer | undefined {
  if (!onLongLived || (!isEventStream && timeouts.totalMs !== undefined)) return undefined;
  const answer = new EndlessAnswer(isEventStream ? 'events' : 'stream', parts);
  answer.onRelease = onLongLived(answer);
  return answer;
}

// From being told to end to the end, when no event does.
const eventGraceMs = 1_000;

/**
 * An answer that nobody knows the length of, and that can be ended from here. Server-sent events end behind a whole event
 * and in order: their clients come again, with the id of the last event. Anything else is broken off, because a part of it
 * that ends in order would be taken for the whole.
 */
class EndlessAnswer implements LongLived, WatchedAnswer {
  readonly kind: 'events' | 'stream';
  readonly #parts: EndlessAnswerParts;
  /** The last bytes that went to the client: a blank line ends an event. */
  #tail = '\n\n';
  #timer: NodeJS.Timeout | undefined;
  onRelease: () => void = () => undefined;

  constructor(kind: 'events' | 'stream', parts: EndlessAnswerParts) {
    this.kind = kind;
    this.#parts = parts;
  }

  end(): void {
    if (this.#timer !== undefined) return;
    if (this.kind === 'stream') this.#parts.breakOff();
    else if (isEventEnd(this.#tail)) this.#parts.finish();
    else this.#timer = setTimeout(this.#parts.finish, eventGraceMs);
  }

  write(chunk: Buffer): boolean {
    const cut = this.#timer === undefined ? -1 : this.#eventEndIn(chunk);
    if (cut < 0) {
      this.#tail = (this.#tail + chunk.toString('latin1', Math.max(0, chunk.length - 3))).slice(-3);
      return this.#parts.write(chunk);
    }
    this.#parts.write(chunk.subarray(0, cut));
    this.#parts.finish();
    return true;
  }

  release(): void {
    clearTimeout(this.#timer);
    this.onRelease();
  }

  #eventEndIn(chunk: Buffer): number {
    let tail = this.#tail;
    for (let index = 0; index < chunk.length; index += 1) {
      tail = (tail + String.fromCharCode(chunk[index] ?? 0)).slice(-3);
      if (isEventEnd(tail)) return index + 1;
    }
    return -1;
  }
}

/** Lines end with LF, CR or both (WHATWG HTML 9.2.5); a CR LF alone is one end of a line, not two. */
function isEventEnd(tail: string): boolean {
  return tail.endsWith('\n\n') || tail.endsWith('\r\r') || tail.endsWith('\n\r\n');
}
