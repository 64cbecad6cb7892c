import type { Readable } from 'node:stream';
import { codeOf } from '@banyan/platform';
import { answerTrailers, headOf, isWithoutContent } from './answer-headers.ts';
import { guardTap, type AnswerTap } from './answer-tap.ts';
import type { AttemptParts, AttemptResult } from './attempt-parts.ts';
import { breakOff } from './break-off.ts';
import type { Connection } from './connection.ts';
import { startClock, type Clock } from './clock.ts';
import { watchEndless, type WatchedAnswer } from './endless-answer.ts';
import { inform } from './inform.ts';
import { failureOf, unaskedUpgrade } from './failure-of.ts';
import type { Failure, ForwardOutcome, Phase } from './outcome.ts';
import type { StreamHandler } from './stream-handler.ts';
import { addTrailers } from './trailers.ts';
import { uploadFailureOf } from './upload-failure.ts';
import { writeHead } from './write-head.ts';

/** Streams one exchange between a side and the client. Every way it can end is an outcome; nothing is thrown. */
export class Attempt implements StreamHandler {
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
  #informationCount = 0;
  #isPaused = false;
  #isEndMarked = false;
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

  onConnection(connection: Connection): void {
    this.#connection = connection;
  }

  onConnect(abort: () => void): void {
    if (this.#isSettled) {
      abort();
      return;
    }
    const { body, trailers } = this.#parts;
    if (trailers) this.#connection?.trailWith(trailers);
    this.#phase = 'headers';
    this.#clock.enter(body ? 'upload' : 'headers');
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
    if (status < 200) return this.#onInformation(status, raw);
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
      writeHead(response, status, headers.concat(ownHeaders), statusText);
    } catch (err) {
      this.#fail({ kind: 'answer-refused', phase: 'headers', code: codeOf(err) });
      return false;
    }
    this.#status = status;
    this.#phase = 'body';
    this.#isEndMarked = head.hasLength || isBodyless;
    this.#parts.lease.answered(status);
    this.#tap?.onHead(status, head.headers, head.isEndMarked);
    if (!this.#isEndMarked) this.#endless = this.#watchEndless(head.isEventStream);
    // A body that comes in the same packet leaves together with the head; a slow one must not hold it back.
    this.#isHeld = true;
    queueMicrotask(this.#release);
    return true;
  }

  #onInformation(status: number, raw: Buffer[]): boolean {
    if (status !== 101) {
      const { response, httpVersion } = this.#parts;
      this.#informationCount += 1;
      if (this.#informationCount <= informationLimit) inform(response, httpVersion, status, raw);
      return true;
    }
    this.#fail(unaskedUpgrade);
    return false;
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
    this.#finish(trailers ?? []);
  }

  onError(err: Error): void {
    // We cut the connection behind the last event that the client gets.
    if (this.#isSideDone) return;
    // A head waits for the first byte of its body: a connection that broke before that is as good as none.
    this.#fail(failureOf(uploadFailureOf(this.#parts.body) ?? err, this.#isSent ? this.#phase : 'connect'));
  }

  #finish(raw: readonly (Buffer | string)[]): void {
    if (this.#isSettled) return;
    const trailers = raw.length === 0 ? noTrailers : answerTrailers(raw);
    addTrailers(this.#parts.response, trailers);
    this.#tap?.onEnd(trailers);
    this.#isSideDone = true;
    this.#clock.enter('body');
    this.#isHeld = false;
    this.#parts.response.end(this.#firstChunk);
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
    return this.#isUploaded || isWithSide(this.#parts.body) ? undefined : { kind: 'client-stalled', phase: 'headers' };
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

/** The side takes nothing more of it now, or all of it is here. */
function isWithSide(body: Readable | undefined): boolean {
  return body?.isPaused() === true || body?.readableEnded === true;
}

// They are written whether or not the client reads; a side that floods it with them fills no memory here.
const informationLimit = 16;
const noTrailers: [string, string][] = [];
