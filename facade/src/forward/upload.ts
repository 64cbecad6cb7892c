import { Readable } from 'node:stream';
import { BanyanError } from '@banyan/platform';
import { hasBody, type ClientRequest } from './client-request.ts';
import type { ClientResponse } from './client-response.ts';

/**
 * The body of a request on its way to a side. The side's client may destroy the stream it reads from as it likes:
 * the connection to our caller is not touched by that, because an answer may still have to be written to it.
 */
export interface Upload {
  /** A byte was taken from the client: the request cannot be sent a second time. */
  readonly isTouched: boolean;
  /** Opens the stream for one attempt. */
  open(): Readable;
}

/**
 * @param bytesLimit - a body that turns out to be longer breaks off with {@link BodyTooLarge}
 * @returns undefined when the request has no body
 */
export function uploadOf(request: ClientRequest, response: ClientResponse, bytesLimit?: number): Upload | undefined {
  if (!hasBody(request)) return undefined;
  let isTouched = false;
  let awaitsContinue = request.headers.expect !== undefined && request.httpVersion !== '1.0';
  let takenBytes = 0;
  const touch = (): boolean => (isTouched = true);
  const count = (sizeBytes: number): boolean => touch() && (takenBytes += sizeBytes) <= (bytesLimit ?? Infinity);
  const onBytes = bytesLimit === undefined ? touch : count;
  return {
    get isTouched() {
      return isTouched;
    },
    open: () =>
      new UploadStream(request, {
        // The client is asked for its body only when a side is there to take it (RFC 9110 10.1.1).
        onStart: () => {
          if (awaitsContinue && !response.headersSent) response.writeContinue();
          awaitsContinue = false;
        },
        onBytes,
      }),
  };
}

interface UploadHooks {
  readonly onStart: () => void;
  /** @returns whether it may go on */
  readonly onBytes: (sizeBytes: number) => boolean;
}

class UploadStream extends Readable {
  readonly #request: ClientRequest;
  readonly #hooks: UploadHooks;
  #isStarted = false;

  constructor(request: ClientRequest, hooks: UploadHooks) {
    super({ highWaterMark: 65_536 });
    this.#request = request;
    this.#hooks = hooks;
  }

  override _read(): void {
    if (!this.#isStarted) this.#start();
    this.#request.resume();
  }

  override _destroy(err: Error | null, callback: (err?: Error | null) => void): void {
    this.#request.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    if (!this.#request.complete) this.#request.pause();
    callback(err);
  }

  #start(): void {
    this.#isStarted = true;
    this.#hooks.onStart();
    this.#request.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose);
  }

  readonly #onData = (chunk: Buffer): void => {
    if (!this.#hooks.onBytes(chunk.length)) this.on('error', ignore).destroy(new BodyTooLarge());
    else if (!this.push(chunk)) this.#request.pause();
  };

  readonly #onEnd = (): void => {
    // A stream of HTTP/2 that the client resets without an error ends like a whole one.
    if (this.#request.complete) this.push(null);
    else this.destroy();
  };

  // The client left in the middle: the side must see a broken request, never a shorter one that looks complete.
  readonly #onClose = (): void => {
    if (!this.#request.complete) this.destroy();
  };
}

// Who reads the stream may listen for errors or not; the outcome says what has happened.
const ignore = (): void => undefined;

export class BodyTooLarge extends BanyanError {
  constructor() {
    super('BODY_TOO_LARGE', 'The body is larger than its route allows.', {
      remedy: 'Send less, or raise limits.bodyBytes in the rules.',
    });
  }
}

/** Why an upload broke off, when it was its length. */
export function overflowOf(body: Readable | undefined): BodyTooLarge | undefined {
  return body?.errored instanceof BodyTooLarge ? body.errored : undefined;
}
