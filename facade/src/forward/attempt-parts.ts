import type { Readable } from 'node:stream';
import type { TransformAnswer } from './answer-headers.ts';
import type { AnswerTap } from './answer-tap.ts';
import type { ClientResponse } from './client-response.ts';
import type { Timeouts } from './clock.ts';
import type { OnLongLived } from './long-lived.ts';
import type { ForwardOutcome } from './outcome.ts';

/** One try at one exchange. */
export interface AttemptParts {
  readonly response: ClientResponse;
  readonly method: string;
  /** Of the client. */
  readonly httpVersion: string;
  /** Undefined for a request without a body. */
  readonly body: Readable | undefined;
  /** Lines that follow the body; see `upstreamTrailers`. */
  readonly trailers?: (() => string) | undefined;
  readonly timeouts: Timeouts;
  /** Flat list that the client gets besides the side's headers. */
  readonly ownHeaders: readonly string[];
  /** What the client gets of the side's headers instead of all of them. */
  readonly transformAnswer?: TransformAnswer | undefined;
  readonly tap?: AnswerTap | undefined;
  readonly onLongLived?: OnLongLived | undefined;
  /** Told when the head of the side's answer is with the client. */
  readonly lease: { answered(status: number): void };
}

export interface AttemptResult {
  readonly outcome: ForwardOutcome;
  /** The connection had served another exchange, and broke before a byte of this answer: it was stale. */
  readonly isStale: boolean;
}
