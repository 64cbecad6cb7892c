import type { IncomingHttpHeaders } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientRequest } from '../../forward/client-request.ts';
import type { PieceSink } from './body-reader.ts';
import { nothing } from './ahead.ts';
import { added, onceOf, removed, tell, type Listener, type Listeners } from './listeners.ts';
import type { Head } from './read-head.ts';

type EventName = 'data' | 'end' | 'close' | 'error';

/** What a request asks of its connection. */
export interface Inflow {
  readonly socket: Socket;
  /** All that had come was taken, and more of the body is wanted. */
  onTaken(): void;
}

const none: readonly string[] = [];
// Reading on for a while is what notices that a client has left before anybody took its body.
const heldBytesLimit = 81_920;
// What a piece costs beside its bytes, roughly.
const pieceBytes = 128;

/** A request of HTTP/1.1. Its body flows from {@link resume} on, never by itself; what comes before is held. */
export class H1Request implements ClientRequest, PieceSink {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  rawTrailers = none;
  complete: boolean;
  destroyed = false;
  readonly #inflow: Inflow;
  #pieces: Buffer[] | undefined;
  #heldBytes = 0;
  #isFlowing = false;
  #isTelling = false;
  #isDue = false;
  #onData: Listeners;
  #onEnd: Listeners;
  #onClose: Listeners;

  constructor(head: Head, inflow: Inflow) {
    this.method = head.method;
    this.url = head.target;
    this.httpVersion = head.version;
    this.headers = head.headers;
    this.rawHeaders = head.rawHeaders;
    this.complete = head.bodyBytes === 0;
    this.#inflow = inflow;
  }

  get socket(): Socket {
    return this.#inflow.socket;
  }

  /** So much came that nobody has taken that the connection must not be read any further. */
  get isFull(): boolean {
    return this.#heldBytes > heldBytesLimit;
  }

  get #isHolding(): boolean {
    return this.#pieces !== undefined;
  }

  on(event: EventName, listener: Listener): this {
    if (event === 'data') this.#onData = added(this.#onData, listener);
    else if (event === 'end') this.#onEnd = added(this.#onEnd, listener);
    else if (event === 'close') this.#onClose = added(this.#onClose, listener);
    // Nothing that happens to it is an error: `complete` tells a body that was broken off.
    return this;
  }

  once(event: EventName, listener: Listener): this {
    const once = onceOf(listener, () => this.off(event, once));
    return this.on(event, once);
  }

  off(event: EventName, listener: Listener): this {
    if (event === 'data') this.#onData = removed(this.#onData, listener);
    else if (event === 'end') this.#onEnd = removed(this.#onEnd, listener);
    else if (event === 'close') this.#onClose = removed(this.#onClose, listener);
    return this;
  }

  pause(): this {
    this.#isFlowing = false;
    return this;
  }

  resume(): this {
    this.#isFlowing = true;
    if (!this.#isHolding && !this.complete) this.#inflow.onTaken();
    else if (!this.#isDue) {
      this.#isDue = true;
      process.nextTick(flowDue, this);
    }
    return this;
  }

  push(piece: Buffer): void {
    if (this.destroyed || piece.length === 0) return;
    (this.#pieces ??= []).push(piece);
    this.#heldBytes += piece.length + pieceBytes;
    if (this.#isFlowing) this.#flow();
  }

  /** Its last byte has come. */
  finish(rawTrailers: readonly string[]): void {
    this.rawTrailers = rawTrailers;
    this.complete = true;
    if (this.#isFlowing) this.#flow();
  }

  /** No more of it comes, or is read. */
  abort(): void {
    this.#pieces = undefined;
    this.#close();
  }

  /** As Node's streams do: whoever resumes is not told in the middle of it. */
  flowDue(): void {
    this.#isDue = false;
    this.#flow();
  }

  #flow(): void {
    // Whoever is told may resume again; the pieces stay in order, and the stack short.
    if (this.#isTelling) return;
    this.#isTelling = true;
    this.#tellPieces();
    this.#isTelling = false;
    if (!this.#isFlowing || this.#isHolding || this.destroyed) return;
    if (this.complete) this.#end();
    else this.#inflow.onTaken();
  }

  #tellPieces(): void {
    let at = 0;
    for (; this.#isFlowing && this.#pieces && at < this.#pieces.length; at += 1) this.#tellPiece(this.#pieces[at]);
    const left = this.#pieces?.slice(at);
    this.#pieces = left && left.length > 0 ? left : undefined;
  }

  #tellPiece(piece: Buffer = nothing): void {
    this.#heldBytes -= piece.length + pieceBytes;
    tell(this.#onData, piece);
  }

  #end(): void {
    tell(this.#onEnd);
    this.#close();
  }

  #close(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    const told = this.#onClose;
    this.#onData = this.#onEnd = this.#onClose = undefined;
    tell(told);
  }
}

const flowDue = (request: H1Request): void => request.flowDue();
