import type { Readable } from 'node:stream';
import { codeOf } from '@banyan/platform';
import { errors, type Dispatcher } from 'undici';
import { answerHead, answerTrailers, removeLength, type AnswerHead, type TransformAnswer } from './answer-headers.ts';
import { guardTap, type AnswerTap } from './answer-tap.ts';
import { breakOff } from './break-off.ts';
import type { ClientResponse } from './client-response.ts';
import type { Connection } from './connection.ts';
import { startClock, type Clock, type Timeouts } from './clock.ts';
import { watchEndless, type WatchedAnswer } from './endless-answer.ts';
import type { OnLongLived } from './long-lived.ts';
import type { Failure, ForwardOutcome, Phase } from './outcome.ts';
import { Unprocessed } from './unprocessed.ts';
import { writeHead } from './write-head.ts';

/** One try at one exchange. */
export interface AttemptParts {
  readonly response: ClientResponse;
  readonly method: string;
  /** Undefined for a request without a body. */
  readonly body: Readable | undefined;
  readonly timeouts: Timeouts;
  /** Flat list that the client gets besides the side's headers. */
  readonly ownHeaders: readonly string[];
  /** What the client gets of the side's headers instead of all of them. */
  readonly transformAnswer?: TransformAnswer | undefined;
  readonly tap?: AnswerTap | undefined;
  readonly onLongLived?: OnLongLived | undefined;
  /** The head of the side's answer is with the client. */
  readonly onAnswered: (status: number) => void;
}

export interface AttemptResult {
  readonly outcome: ForwardOutcome;
  /** The connection had served another exchange, and broke before a byte of this answer: it was stale. */
  readonly isStale: boolean;
}

/** Streams one exchange between a side and the client. Every way it can end is an outcome; nothing is thrown. */
export class Attempt implements Dispatcher.DispatchHandler {
  /** Set by the client that sends it. */
  takeConnection: (() => Connection) | undefined;
  readonly result: Promise<AttemptResult>;

  readonly #parts: AttemptParts;
  readonly #clock: Clock;
  readonly #tap: AnswerTap | undefined;
  #settle: (result: AttemptResult) => void = () => undefined;
  #phase: Phase = 'connect';
  #status = 0;
  #isSettled = false;
  #connection: Connection | undefined;
  #isSent = false;
  #isUploaded = false;
  #hasAnswerByte = false;
  /** Head and first chunk wait for the rest of the packet they came in. */
  #isHeld = false;
  #firstChunk: Buffer | undefined;
  #isPaused = false;
  #isEndMarked = false;
  #isSideEndMarked = false;
  #isSideDone = false;
  #resume: () => void = () => undefined;
  #endless: WatchedAnswer | undefined;

  constructor(parts: AttemptParts) {
    this.#parts = parts;
    this.#tap = parts.tap && guardTap(parts.tap);
    this.result = new Promise((resolve) => {
      this.#settle = resolve;
    });
    this.#clock = startClock(parts.timeouts, this.#onLate);
    parts.response.on('close', this.#onClientClose).on('drain', this.#onClientDrain);
  }

  onConnect(abort: (err?: Error) => void): void {
    if (this.#isSettled) {
      abort();
      return;
    }
    this.#connection = this.takeConnection?.();
    this.#phase = 'headers';
    this.#clock.enter(this.#parts.body ? 'upload' : 'headers');
  }

  onBodySent(): void {
    this.#isSent = true;
    this.#clock.touch();
  }

  onRequestSent(): void {
    this.#isSent = true;
    this.#isUploaded = true;
    // A side may answer before it has the whole request.
    if (this.#phase === 'headers') this.#clock.enter('headers');
  }

  onResponseStarted(): void {
    this.#hasAnswerByte = true;
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void, statusText: string): boolean {
    // Informational answers announce nothing that must be waited for.
    if (status < 200) return true;
    this.#resume = resume;
    const isBodyless = this.#parts.method === 'HEAD' || isWithoutContent(status);
    const head = headOf(status, raw, isBodyless);
    if (head.isAmbiguous) {
      this.#fail({ kind: 'answer-refused', phase: 'headers', code: 'AMBIGUOUS_FRAMING' });
      return false;
    }
    this.#clock.enter(head.isEventStream ? 'stream' : 'body');
    try {
      const { response, ownHeaders, transformAnswer } = this.#parts;
      const headers = transformAnswer ? transformAnswer(status, head.headers) : head.headers;
      writeHead(response, status, headers.concat(ownHeaders), printable(statusText));
    } catch (err) {
      this.#fail({ kind: 'answer-refused', phase: 'headers', code: codeOf(err) });
      return false;
    }
    this.#status = status;
    this.#phase = 'body';
    this.#isEndMarked = head.hasLength || isBodyless;
    this.#isSideEndMarked = head.isEndMarked;
    this.#parts.onAnswered(status);
    this.#tap?.onHead(status, head.headers, head.isEndMarked);
    if (!this.#isEndMarked) this.#endless = this.#watchEndless(head.isEventStream);
    // A body that comes in the same packet leaves together with the head; a slow one must not hold it back.
    this.#isHeld = true;
    queueMicrotask(this.#release);
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.#clock.touch();
    this.#tap?.onData(chunk);
    if (this.#isSideDone) return true;
    if (this.#isHeld && !this.#firstChunk && !this.#endless) {
      this.#firstChunk = chunk;
      return true;
    }
    this.#release();
    if (this.#endless ? this.#endless.write(chunk) : this.#parts.response.write(chunk)) return true;
    this.#isPaused = true;
    return false;
  }

  onComplete(trailers: readonly (Buffer | string)[] | null): void {
    if (this.#isSideEndMarked || this.#connection?.hasFailedWrite() !== true) this.#finish(trailers ?? []);
    else this.#fail({ kind: 'upstream-cut', phase: 'body', code: 'UPSTREAM_RESET' });
  }

  onError(err: Error): void {
    // We cut the connection behind the last event that the client gets.
    if (this.#isSideDone) return;
    // undici counts the length that such an answer tells about the body it does not have (RFC 9110 8.6) as missing bytes.
    if (isWithoutContent(this.#status) && err instanceof errors.ResponseContentLengthMismatchError) this.#finish([]);
    // A head waits for the first byte of its body: a connection that broke before that is as good as none.
    else this.#fail(failureOf(err, this.#isSent ? this.#phase : 'connect'));
  }

  #finish(raw: readonly (Buffer | string)[]): void {
    if (this.#isSettled) return;
    const trailers = raw.length === 0 ? noTrailers : answerTrailers(raw);
    this.#addTrailers(trailers);
    this.#tap?.onEnd(trailers);
    this.#isSideDone = true;
    this.#clock.enter('body');
    this.#isHeld = false;
    this.#parts.response.end(this.#firstChunk);
  }

  #addTrailers(trailers: [string, string][]): void {
    const { response } = this.#parts;
    if (trailers.length === 0 || !response.chunkedEncoding) return;
    try {
      response.addTrailers(trailers);
    } catch {
      // A trailer that is no valid header says nothing the client relies on: the body is complete without it.
    }
  }

  #watchEndless(isEventStream: boolean): WatchedAnswer | undefined {
    const { timeouts, onLongLived, response } = this.#parts;
    return watchEndless(
      { isEventStream, timeouts, onLongLived },
      {
        write: (chunk) => response.write(chunk),
        finish: this.#finishEarly,
        breakOff: () => this.#fail({ kind: 'upstream-cut', phase: 'body', code: 'ROLLED_BACK' }),
      },
    );
  }

  readonly #finishEarly = (): void => {
    if (this.#isSettled || this.#isSideDone) return;
    this.#tap?.onBroken();
    this.#isSideDone = true;
    this.#isHeld = false;
    this.#clock.enter('body');
    this.#parts.response.end();
    this.#connection?.cut();
  };

  readonly #release = (): void => {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    const { response } = this.#parts;
    if (this.#firstChunk) response.write(this.#firstChunk);
    else response.flushHeaders();
    this.#firstChunk = undefined;
  };

  readonly #onClientDrain = (): void => {
    if (!this.#isPaused) return;
    this.#isPaused = false;
    this.#clock.touch();
    this.#resume();
  };

  readonly #onClientClose = (): void => {
    if (this.#parts.response.writableFinished && this.#isSideDone) {
      this.#end({ kind: 'completed', status: this.#status });
    } else this.#fail({ kind: 'client-aborted', phase: this.#phase });
  };

  readonly #onLate = (isTotal: boolean): void => {
    this.#fail(this.#isClientLate(isTotal) ?? { kind: 'timed-out', phase: this.#phase, isTotal });
  };

  #isClientLate(isTotal: boolean): Failure | undefined {
    if (isTotal || this.#phase === 'connect') return undefined;
    if (this.#phase === 'body')
      return this.#isPaused || this.#isSideDone ? { kind: 'client-stalled', phase: 'body' } : undefined;
    // While the body comes in and the side takes it, the side owes nothing: the client is the one who is late.
    const isSideBehind = this.#parts.body?.isPaused() === true;
    return this.#isUploaded || isSideBehind ? undefined : { kind: 'client-stalled', phase: 'headers' };
  }

  #fail(outcome: Failure): void {
    if (this.#isSettled) return;
    this.#isHeld = false;
    this.#end(outcome);
    if (!this.#isSideDone) {
      this.#connection?.cut();
      if (this.#phase === 'body') this.#tap?.onBroken();
    }
    this.#parts.body?.destroy();
    if (outcome.kind !== 'client-aborted' && this.#phase === 'body') breakOff(this.#parts.response, this.#isEndMarked);
  }

  #end(outcome: ForwardOutcome): void {
    this.#isSettled = true;
    this.#clock.stop();
    this.#endless?.release();
    this.#parts.response.off('close', this.#onClientClose).off('drain', this.#onClientDrain);
    const isBroken = outcome.kind === 'upstream-cut' || outcome.kind === 'connect-failed';
    this.#settle({ outcome, isStale: isBroken && this.#connection?.isReused === true && !this.#hasAnswerByte });
  }
}

const noTrailers: [string, string][] = [];

/** True for a handler that wants to know about the connection it gets. */
export function isConnectionTaker(handler: object): handler is Pick<Attempt, 'takeConnection'> {
  return handler instanceof Attempt;
}

function failureOf(err: Error, phase: Phase): Failure {
  const code = codeOf(err) || err.name;
  if (err instanceof errors.ConnectTimeoutError) return { kind: 'timed-out', phase: 'connect', isTotal: false };
  if (err instanceof errors.InvalidArgumentError || err instanceof errors.NotSupportedError)
    return { kind: 'request-refused', code };
  if (phase === 'connect' || err instanceof Unprocessed) return { kind: 'connect-failed', code };
  if (isMalformed(err, phase)) return { kind: 'answer-refused', phase, code };
  return { kind: 'upstream-cut', phase, code };
}

function isMalformed(err: Error, phase: Phase): boolean {
  if (err instanceof errors.HTTPParserError || err instanceof errors.HeadersOverflowError) return true;
  // "bad response": a status that nobody asked for, such as 100; "bad upgrade": 101 for a plain request.
  if (err instanceof errors.SocketError && err.message.startsWith('bad ')) return true;
  // A status below 100.
  if (codeOf(err) === 'ERR_ASSERTION') return true;
  // In a head it means two lengths; in a body that the side stopped before its end.
  return phase === 'headers' && err instanceof errors.ResponseContentLengthMismatchError;
}

function headOf(status: number, raw: readonly Buffer[], isBodyless: boolean): AnswerHead {
  const head = answerHead(raw, isBodyless);
  if (status === 204) removeLength(head.headers);
  return head;
}

function isWithoutContent(status: number): boolean {
  return status === 204 || status === 304;
}

// A reason phrase with other bytes would be refused by Node; the status says all a client may rely on.
function printable(statusText: string): string | undefined {
  return /^[\t\x20-\x7e]*$/.test(statusText) ? statusText : undefined;
}
