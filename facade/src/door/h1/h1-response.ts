import type { OutgoingHttpHeader } from 'node:http';
import type { Socket } from 'node:net';
import type { ClientResponse } from '../../forward/client-response.ts';
import { writePiece } from '../../read-memory/write-piece.ts';
import { answerHeadText, checkedLine } from './answer-head.ts';
import { earlyHintsText } from './hint-text.ts';
import { added, onceOf, removed, tell, type Listener, type Listeners } from './listeners.ts';
import type { Head } from './read-head.ts';

type EventName = 'close' | 'drain' | 'finish' | 'error';

/** What an answer asks of its connection. */
export interface Outflow {
  readonly socket: Socket;
  readonly keepAliveSeconds: number;
  /** The answer is out. */
  onFinished(): void;
  resetAndDestroy(): unknown;
}

/** Goes to the system as one text from the stack; more is better written as it is. */
const textBytesLimit = 16_384;
const noNames: string[] = [];

/** An answer of HTTP/1.1, written to its connection as it comes; a small one leaves in one write with its head. */
export class H1Response implements ClientResponse {
  statusCode = 200;
  headersSent = false;
  chunkedEncoding = false;
  writableEnded = false;
  writableFinished = false;
  shouldKeepAlive: boolean;
  readonly #outflow: Outflow;
  readonly #isHttp10: boolean;
  readonly #isHead: boolean;
  /** Waits for the first byte of the body. */
  #head = '';
  #leftBytes = Infinity;
  #isBodyless = false;
  #trailers = '';
  #isClosed = false;
  #onClose: Listeners;
  #onDrain: Listeners;
  #onFinish: Listeners;

  constructor(head: Head, outflow: Outflow) {
    this.#outflow = outflow;
    this.#isHttp10 = head.version === '1.0';
    this.#isHead = head.method === 'HEAD';
    this.shouldKeepAlive = !head.isLast;
  }

  get destroyed(): boolean {
    return this.#isClosed || this.#outflow.socket.destroyed;
  }

  get socket(): Outflow | null {
    return this.#isClosed ? null : this.#outflow;
  }

  on(event: EventName, listener: Listener): this {
    if (event === 'close') this.#onClose = added(this.#onClose, listener);
    else if (event === 'drain') this.#onDrain = added(this.#onDrain, listener);
    else if (event === 'finish') this.#onFinish = added(this.#onFinish, listener);
    // An answer that cannot be written is closed; there is nothing else to tell.
    return this;
  }

  once(event: EventName, listener: Listener): this {
    const once = onceOf(listener, () => this.off(event, once));
    return this.on(event, once);
  }

  off(event: EventName, listener: Listener): this {
    if (event === 'close') this.#onClose = removed(this.#onClose, listener);
    else if (event === 'drain') this.#onDrain = removed(this.#onDrain, listener);
    else if (event === 'finish') this.#onFinish = removed(this.#onFinish, listener);
    return this;
  }

  /** Nothing can be set ahead of the head. */
  getHeaderNames(): string[] {
    return noNames;
  }

  appendHeader(): this {
    return this;
  }

  /**
   * Takes the head, which leaves with the first byte of the body, its end, or {@link flushHeaders}.
   *
   * @throws {TypeError} for a header that is none; nothing is sent then
   */
  writeHead(status: number, reason?: string, headers: readonly OutgoingHttpHeader[] = []): this {
    if (this.headersSent) return this;
    const { keepAliveSeconds } = this.#outflow;
    const frame = {
      isHttp10: this.#isHttp10,
      isHead: this.#isHead,
      keepsAlive: this.shouldKeepAlive,
      keepAliveSeconds,
    };
    const { text, lengthBytes, isChunked, isBodyless, isLast } = answerHeadText(status, reason, headers, frame);
    this.statusCode = status;
    this.headersSent = true;
    this.#head = text;
    this.#leftBytes = lengthBytes ?? Infinity;
    this.#isBodyless = isBodyless;
    this.chunkedEncoding = isChunked;
    this.shouldKeepAlive = !isLast;
    return this;
  }

  flushHeaders(): void {
    if (!this.headersSent) this.writeHead(this.statusCode);
    if (this.#head !== '' && this.#isWritable()) this.#send(undefined, '');
  }

  writeContinue(): void {
    this.#inform('HTTP/1.1 100 Continue\r\n\r\n');
  }

  writeProcessing(): void {
    this.#inform('HTTP/1.1 102 Processing\r\n\r\n');
  }

  writeEarlyHints(hints: Readonly<Record<string, string | string[]>>): void {
    this.#inform(earlyHintsText(hints) ?? '');
  }

  write(chunk: Uint8Array | string): boolean {
    if (this.writableEnded || !this.#isWritable()) return false;
    if (!this.headersSent) this.writeHead(this.statusCode);
    const bytes = this.#isBodyless ? undefined : toBuffer(chunk);
    return bytes === undefined || (this.#count(bytes) && this.#send(bytes, ''));
  }

  end(chunk?: Uint8Array | string): this {
    if (this.writableEnded || !this.#isWritable()) return this;
    if (!this.headersSent) this.writeHead(this.statusCode);
    const bytes = this.#isBodyless ? undefined : toBuffer(chunk);
    if (bytes && !this.#count(bytes)) return this;
    if (this.#isShort()) return this.destroy();
    this.writableEnded = true;
    const end = this.chunkedEncoding ? `0\r\n${this.#trailers}\r\n` : '';
    this.#send(bytes, end);
    this.#finishWhenOut();
    return this;
  }

  /** @throws {TypeError} for what is no header */
  addTrailers(pairs: readonly (readonly [string, string])[]): void {
    let lines = '';
    for (const [name, value] of pairs) lines += checkedLine(name, value);
    this.#trailers += lines;
  }

  destroy(): this {
    this.#outflow.socket.destroy();
    return this;
  }

  /** The client takes bytes again. */
  drained(): void {
    tell(this.#onDrain);
  }

  /** The connection is gone, or not this answer's any more. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const told = this.#onClose;
    this.#onClose = this.#onDrain = this.#onFinish = undefined;
    tell(told);
  }

  #isWritable(): boolean {
    return !this.#isClosed && this.#outflow.socket.writable;
  }

  /** False where there are more bytes than announced: the connection is broken before one of them is sent. */
  #count(bytes: Uint8Array): boolean {
    this.#leftBytes -= bytes.length;
    if (this.#leftBytes >= 0) return true;
    this.destroy();
    return false;
  }

  /** The client was told of more bytes: it must not take those of the next answer for the rest. */
  #isShort(): boolean {
    return !this.#isBodyless && this.#leftBytes > 0 && this.#leftBytes !== Infinity;
  }

  #send(bytes: Buffer | undefined, end: string): boolean {
    const isChunk = bytes !== undefined && this.chunkedEncoding;
    const before = isChunk ? `${this.#head}${bytes.length.toString(16)}\r\n` : this.#head;
    const after = isChunk ? `\r\n${end}` : end;
    this.#head = '';
    const { socket } = this.#outflow;
    if (bytes === undefined || bytes.length <= textBytesLimit)
      writeText(socket, before + (bytes?.toString('latin1') ?? '') + after);
    else {
      socket.cork();
      writeText(socket, before);
      writePiece(socket, bytes);
      writeText(socket, after);
      socket.uncork();
    }
    // What the system has taken at once needs no waiting.
    return socket.writableLength === 0 || !socket.writableNeedDrain;
  }

  #inform(text: string): void {
    if (text !== '' && !this.headersSent && !this.#isHttp10 && this.#isWritable())
      this.#outflow.socket.write(text, 'latin1');
  }

  #finishWhenOut(): void {
    const { socket } = this.#outflow;
    if (socket.writableLength === 0) this.#finish();
    else
      socket.write('', 'latin1', (err) => {
        if (!err) this.#finish();
      });
  }

  #finish(): void {
    if (this.#isClosed) return;
    this.writableFinished = true;
    tell(this.#onFinish);
    this.close();
    this.#outflow.onFinished();
  }
}

function writeText(socket: Socket, text: string): void {
  if (text !== '') socket.write(text, 'latin1');
}

/** Undefined for what is empty: in chunks that would be the end. */
function toBuffer(chunk: Uint8Array | string = ''): Buffer | undefined {
  if (chunk.length === 0) return undefined;
  if (typeof chunk === 'string') return Buffer.from(chunk);
  return Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
}
