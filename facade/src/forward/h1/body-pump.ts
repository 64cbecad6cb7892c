import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { writePiece } from '../../read-memory/write-piece.ts';
import type { H1Exchange } from './exchange.ts';
import { UploadBroken } from './faults.ts';
import { bodyHead, bodylessHead, lastChunk } from './request-start.ts';

// What fits into the buffer that libuv's text writes take from the stack.
const gatheredBytesLimit = 16_384;

/** Writes one request with its body. Its head waits for the first byte of the body: most bodies leave in one piece with it. */
export class BodyPump {
  readonly #exchange: H1Exchange;
  readonly #body: Readable;
  readonly #socket: Socket;
  readonly #onBroken: (err: Error) => void;
  /** Waits for the first byte of the body; '' once it is written. */
  #head: string;
  #leftBytes: number;
  #isOver = false;

  /** @param onBroken - the body did not come to its end, or to another one than its head says */
  constructor(exchange: H1Exchange, body: Readable, socket: Socket, onBroken: (err: Error) => void) {
    this.#exchange = exchange;
    this.#body = body;
    this.#socket = socket;
    this.#onBroken = onBroken;
    this.#head = bodyHead(exchange.start);
    this.#leftBytes = exchange.start.lengthBytes ?? Infinity;
    body.on('data', this.#onData).on('end', this.#onEnd).on('error', this.#onStop).on('close', this.#onStop);
    // Who was destroyed before says nothing any more.
    if (body.destroyed) setImmediate(this.#onStop);
  }

  /** The socket takes more. */
  goOn(): void {
    if (!this.#isOver) this.#body.resume();
  }

  /** The rest of the body is not wanted. */
  stop(): void {
    if (this.#isOver) return;
    this.#detach();
    this.#body.on('error', ignore).destroy();
  }

  get #isChunked(): boolean {
    return this.#exchange.start.lengthBytes === undefined;
  }

  readonly #onData = (piece: Buffer): void => {
    if (this.#isOver || piece.length === 0) return;
    this.#leftBytes -= piece.length;
    if (this.#leftBytes < 0) {
      this.#breakOff(new UploadBroken());
      return;
    }
    if (!this.#write(piece)) this.#body.pause();
    this.#exchange.handler.onBodySent?.(piece.length, 0);
  };

  #write(piece: Buffer): boolean {
    const head = this.#isChunked ? `${this.#head}${piece.length.toString(16)}\r\n` : this.#head;
    const end = this.#isChunked ? '\r\n' : '';
    this.#head = '';
    if (head === '') return writePiece(this.#socket, piece);
    // One text in the place of a vector: see `gather-writes.ts`.
    if (head.length + piece.length < gatheredBytesLimit)
      return this.#socket.write(head + piece.toString('latin1') + end, 'latin1');
    this.#socket.cork();
    this.#socket.write(head, 'latin1');
    const takesMore = writePiece(this.#socket, piece);
    if (end !== '') this.#socket.write(end, 'latin1');
    this.#socket.uncork();
    return takesMore;
  }

  readonly #onEnd = (): void => {
    if (this.#isOver) return;
    if (this.#leftBytes > 0 && !this.#isChunked) {
      this.#breakOff(new UploadBroken());
      return;
    }
    this.#detach();
    this.#writeEnd();
    this.#exchange.handler.onRequestSent?.();
  };

  #writeEnd(): void {
    const { start, trailers } = this.#exchange;
    const lines = this.#isChunked ? (trailers?.() ?? '') : '';
    if (this.#head !== '' && lines === '') this.#socket.write(bodylessHead(start), 'latin1');
    else if (this.#isChunked) this.#socket.write(this.#head + lastChunk(lines), 'latin1');
  }

  // Without an end before it: the client has left, or the body was broken off here.
  readonly #onStop = (err?: Error): void => {
    if (!this.#isOver) this.#breakOff(new UploadBroken(err));
  };

  #breakOff(err: Error): void {
    this.stop();
    this.#onBroken(err);
  }

  #detach(): void {
    this.#isOver = true;
    this.#body.off('data', this.#onData).off('end', this.#onEnd).off('error', this.#onStop).off('close', this.#onStop);
  }

  /** The request is written whole, or its body was given up. */
  get isOver(): boolean {
    return this.#isOver;
  }
}

const ignore = (): void => undefined;
