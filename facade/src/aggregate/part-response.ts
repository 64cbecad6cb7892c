import { EventEmitter } from 'node:events';
import type { OutgoingHttpHeader } from 'node:http';
import type { ClientResponse } from '../forward/client-response.ts';

/** Takes the answer to one part into memory, up to a limit; beyond it, it leaves, as a client would. */
export class PartResponse extends EventEmitter implements ClientResponse {
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
  readonly #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    super();
    this.#maxBytes = maxBytes;
  }

  get body(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  writeHead(status: number, _reason?: string, headers: OutgoingHttpHeader[] = []): this {
    this.statusCode = status;
    this.headers = headers.map(String);
    this.headersSent = true;
    return this;
  }

  write(chunk: Uint8Array | string): boolean {
    if (this.destroyed) return true;
    const bytes = Buffer.from(chunk as Uint8Array);
    this.#bytes += bytes.length;
    if (this.#bytes <= this.#maxBytes) this.#chunks.push(bytes);
    else {
      this.isTooLarge = true;
      this.#chunks.length = 0;
      this.destroy();
    }
    return true;
  }

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
    // A part has no body that could be waited for.
  }

  writeProcessing(): void {
    // Nobody waits for one part alone.
  }

  writeEarlyHints(): void {
    // Hints are for the document that the client reads.
  }

  addTrailers(): void {
    // The end of the body is the end of the part.
  }
}
