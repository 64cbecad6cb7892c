import { Readable } from 'node:stream';
import { hasBody, type ClientRequest } from './client-request.ts';
import { isGrpc } from '../grpc/grpc-status.ts';
import type { ClientResponse } from './client-response.ts';
import { KeptBody } from './kept-body.ts';
import { BodyTooLarge, BodyTooSlow } from './upload-failure.ts';
import { PaceWatch, type Pace } from './upload-pace.ts';

/**
 * The body of a request on its way to a side. The side's client may destroy the stream it reads from as it likes:
 * the connection to our caller is not touched by that, because an answer may still have to be written to it.
 */
export interface Upload {
  /** A byte was taken from the client. */
  readonly isTouched: boolean;
  /** All that was taken is still here: the next stream begins with it. */
  readonly isKept: boolean;
  /** Opens the stream for one attempt. @param keeps - what it takes, for another one; see {@link KeptBody} */
  open(keeps: boolean): Readable;
  /** There is no other attempt. */
  forget(): void;
}

export interface UploadLimits {
  /** A body that turns out to be longer breaks off with {@link BodyTooLarge}; undefined: any length. */
  readonly bodyBytes?: number | undefined;
  /** A slower one with {@link BodyTooSlow}; undefined: any rate. */
  readonly pace?: Pace | undefined;
}

const unlimited: UploadLimits = {};

/** Gets what is taken of a body too; it cannot delay the upload. */
export interface UploadCopy {
  /** @param piece - part of a larger buffer: copy what is kept for longer than a moment */
  add(piece: Buffer): void;
  /** That was all of it. */
  end(): void;
}

export interface UploadOptions {
  readonly uploadLimits?: UploadLimits | undefined;
  readonly bodyCopy?: UploadCopy | undefined;
}

/** @returns undefined when the request has no body */
export function uploadOf(
  request: ClientRequest,
  response: ClientResponse,
  options: UploadOptions = {},
): Upload | undefined {
  return hasBody(request) ? new RequestUpload(request, response, options) : undefined;
}

class RequestUpload implements Upload {
  readonly #request: ClientRequest;
  readonly #response: ClientResponse;
  readonly #limits: UploadLimits;
  readonly #copy: UploadCopy | undefined;
  #awaitsContinue: boolean;
  #takenBytes = 0;
  #kept: KeptBody | undefined;
  #hasEnded = false;

  constructor(request: ClientRequest, response: ClientResponse, { uploadLimits = unlimited, bodyCopy }: UploadOptions) {
    this.#request = request;
    this.#response = response;
    this.#limits = uploadLimits;
    this.#copy = bodyCopy;
    this.#awaitsContinue = request.headers.expect !== undefined && request.httpVersion !== '1.0';
  }

  get isTouched(): boolean {
    return this.#takenBytes > 0;
  }

  get isKept(): boolean {
    return !this.isTouched || this.#kept?.pieces !== undefined;
  }

  open(keeps: boolean): Readable {
    const pieces = this.#kept?.pieces ?? noPieces;
    if (!keeps) this.#kept = undefined;
    else if (!this.isTouched) this.#kept = new KeptBody();
    return new UploadStream(this.#request, {
      onStart: this.#onStart,
      onBytes: this.#onBytes,
      onEnd: this.#onEnd,
      again: { pieces, isAll: this.#hasEnded },
      // What is here already cannot be slow, and most bodies are.
      pace: isPaced(this.#request) ? this.#limits.pace : undefined,
    });
  }

  forget(): void {
    this.#kept?.forget();
  }

  // The client is asked for its body only when a side is there to take it (RFC 9110 10.1.1).
  readonly #onStart = (): void => {
    if (this.#awaitsContinue && !this.#response.headersSent) this.#response.writeContinue();
    this.#awaitsContinue = false;
  };

  readonly #onBytes = (chunk: Buffer): boolean => {
    this.#takenBytes += chunk.length;
    this.#kept?.add(chunk);
    this.#copy?.add(chunk);
    return this.#takenBytes <= (this.#limits.bodyBytes ?? Infinity);
  };

  readonly #onEnd = (): void => {
    this.#hasEnded = true;
    this.#copy?.end();
  };
}

const noPieces: readonly Buffer[] = [];

// Calls of gRPC may pause for as long as they like; their streams are a conversation.
function isPaced({ complete, headers }: ClientRequest): boolean {
  return !complete && !isGrpc(headers['content-type']);
}

interface UploadHooks {
  readonly onStart: () => void;
  /** It came from the client. @returns whether it may go on */
  readonly onBytes: (chunk: Buffer) => boolean;
  /** The whole body came from the client. */
  readonly onEnd: () => void;
  /** What an attempt before took; `isAll`: there is no more of it. */
  readonly again: { readonly pieces: readonly Buffer[]; readonly isAll: boolean };
  readonly pace: Pace | undefined;
}

class UploadStream extends Readable {
  readonly #request: ClientRequest;
  readonly #hooks: UploadHooks;
  #isStarted = false;
  #pace: PaceWatch | undefined;

  constructor(request: ClientRequest, hooks: UploadHooks) {
    super({ highWaterMark: 65_536 });
    this.#request = request;
    this.#hooks = hooks;
  }

  override _read(): void {
    if (!this.#isStarted && !this.#start()) return;
    this.#pace?.goOn();
    this.#request.resume();
  }

  override _destroy(err: Error | null, callback: (err?: Error | null) => void): void {
    this.#request.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    if (!this.#request.complete) this.#request.pause();
    this.#pace?.stop();
    callback(err);
  }

  /** @returns whether the client has more */
  #start(): boolean {
    this.#isStarted = true;
    const { again, onStart, pace } = this.#hooks;
    for (const piece of again.pieces) this.push(piece);
    if (again.isAll) {
      this.push(null);
      return false;
    }
    onStart();
    if (pace) this.#pace = new PaceWatch(pace, () => this.#breakOff(new BodyTooSlow()));
    if (this.#request.hasEnded === true) {
      this.#onEnd();
      return false;
    }
    this.#request.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose);
    return true;
  }

  readonly #onData = (chunk: Buffer): void => {
    // What stands behind this was refused, and the connection ended: the message is none, and a side gets nothing more of it.
    if (this.#request.socket.writableEnded === true) {
      this.destroy();
      return;
    }
    this.#pace?.count(chunk.length);
    if (!this.#hooks.onBytes(chunk)) this.#breakOff(new BodyTooLarge());
    else if (!this.push(chunk)) {
      this.#pace?.hold();
      this.#request.pause();
    }
  };

  #breakOff(err: BodyTooLarge | BodyTooSlow): void {
    this.on('error', ignore).destroy(err);
  }

  readonly #onEnd = (): void => {
    this.#pace?.stop();
    // A stream of HTTP/2 that the client resets without an error ends like a whole one.
    if (this.#request.complete) {
      this.#hooks.onEnd();
      this.push(null);
    } else this.destroy();
  };

  // The client left in the middle: the side must see a broken request, never a shorter one that looks complete.
  readonly #onClose = (): void => {
    if (!this.#request.complete) this.destroy();
  };
}

// Who reads the stream may listen for errors or not; the outcome says what has happened.
const ignore = (): void => undefined;
