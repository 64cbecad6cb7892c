import { EventEmitter } from 'node:events';
import type { OutgoingHttpHeader } from 'node:http';
import type { ClientResponse } from '../forward/client-response.ts';

/**
 * The answer to a request of our own, which no client reads. Beyond a limit it leaves, as a client would. Its body is
 * dropped, unless a subclass keeps it.
 */
export class OwnResponse extends EventEmitter implements ClientResponse {
  statusCode = 0;
  headersSent = false;
  writableEnded = false;
  writableFinished = false;
  destroyed = false;
  shouldKeepAlive = true;
  readonly chunkedEncoding = true;
  readonly socket = null;
  /** Flat. */
  headers: readonly string[] = [];
  isTooLarge = false;
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes: number) {
    super();
    this.#maxBytes = maxBytes;
  }

  writeHead(status: number, _reason?: string, headers: OutgoingHttpHeader[] = []): this {
    this.statusCode = status;
    this.headers = headers.map(String);
    this.headersSent = true;
    return this;
  }

  write(chunk: Uint8Array | string): boolean {
    if (this.destroyed) return true;
    this.#bytes += Buffer.byteLength(chunk);
    this.isTooLarge = this.#bytes > this.#maxBytes;
    if (this.isTooLarge) this.destroy();
    else this.keep?.(chunk);
    return true;
  }

  /** Gets the body, piece by piece. */
  protected readonly keep?: (chunk: Uint8Array | string) => void;

  end(chunk?: Uint8Array | string): this {
    if (chunk !== undefined) this.write(chunk);
    if (this.destroyed) return this;
    this.writableEnded = true;
    this.writableFinished = true;
    queueMicrotask(() => {
      this.emit('finish');
      this.emit('close');
    });
    return this;
  }

  destroy(): this {
    if (this.destroyed || this.writableFinished) return this;
    this.destroyed = true;
    // Whoever writes must not be told in the middle of it.
    queueMicrotask(() => this.emit('close'));
    return this;
  }

  getHeaderNames(): string[] {
    return [];
  }

  appendHeader(): this {
    return this;
  }

  flushHeaders(): void {
    // The head is at hand already.
  }

  writeContinue(): void {
    // A body of ours is here from the start.
  }

  writeProcessing(): void {
    // Nobody waits for one of our exchanges alone.
  }

  writeEarlyHints(): void {
    // Hints are for the document that the client reads.
  }

  addTrailers(): void {
    // The end of the body is the end of it.
  }
}
