import { ChunkReader } from '../../http1/chunk-reader.ts';
import { TextBlock, type BlockFault } from '../../http1/text-block.ts';
import { answerFaultOf, type AnswerFault } from './faults.ts';
import { readHead, type AnswerStart } from './read-head.ts';

/** What is found in the bytes of a connection. Whoever is told may {@link AnswerReader.stop} the reader. */
export interface AnswerEvents {
  /** The first byte of a head. */
  onBegin(): void;
  /** A head with a status from 100; 100 itself is not told. The last one is that of the answer, or 101. */
  onHead(start: AnswerStart): void;
  /** A piece of the body, in the memory of what was read. */
  onBody(piece: Buffer): void;
  /** @param trailers - flat */
  onEnd(trailers: string[]): void;
  /** The reader has stopped. */
  onFault(fault: AnswerFault): void;
  /** Bytes that belong to no answer that was asked for. The reader has stopped. */
  onSurplus(): void;
}

type Stage = 'nothing' | 'head' | 'length' | 'chunks' | 'until-close' | 'stopped';

const noTrailers: string[] = [];
const startForm = 'HTTP/1.';

/** Reads the answers of one connection, one after the other, each of which has to be expected before its first byte. */
export class AnswerReader {
  readonly #events: AnswerEvents;
  readonly #block: TextBlock;
  readonly #chunks: ChunkReader;
  #stage: Stage = 'nothing';
  #isHeadOnly = false;
  #isBegun = false;
  #leftBytes = 0;

  /** @param headBytesLimit - of a head, and of trailers */
  constructor(headBytesLimit: number, events: AnswerEvents) {
    this.#events = events;
    this.#block = new TextBlock(headBytesLimit);
    // A side may go on for ever with a few bytes beside each chunk.
    const limits = { trailerBytes: headBytesLimit, extensionBytes: Infinity };
    this.#chunks = new ChunkReader(limits, (piece) => {
      this.#events.onBody(piece);
      return this.#stage === 'chunks';
    });
  }

  /** A request went out: what comes now is its answer. @param method - an answer to HEAD has no body */
  expect(method: string): void {
    this.#stage = 'head';
    this.#isHeadOnly = method === 'HEAD';
    this.#isBegun = false;
    this.#block.clear();
  }

  stop(): void {
    this.#stage = 'stopped';
  }

  read(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length && this.#stage !== 'stopped') at = this.#step(chunk, at);
  }

  /** Bytes of a body are to come. */
  get isInBody(): boolean {
    return this.#stage === 'length' || this.#stage === 'chunks' || this.#stage === 'until-close';
  }

  /** The answer ends where the connection does. */
  get endsWithConnection(): boolean {
    return this.#stage === 'until-close';
  }

  #step(chunk: Buffer, at: number): number {
    switch (this.#stage) {
      case 'head':
        return this.#readHead(chunk, at);
      case 'length':
        return this.#readCounted(chunk, at);
      case 'chunks':
        return this.#readChunks(chunk, at);
      case 'until-close':
        this.#events.onBody(at === 0 ? chunk : chunk.subarray(at));
        return chunk.length;
      default:
        this.#stage = 'stopped';
        this.#events.onSurplus();
        return chunk.length;
    }
  }

  #readHead(chunk: Buffer, at: number): number {
    if (!this.#isBegun) {
      this.#isBegun = true;
      this.#events.onBegin();
    }
    const end = this.#block.read(chunk, at);
    if (typeof end !== 'number') return this.#waitForHead(end, chunk.length);
    const start = readHead(this.#block.take());
    if (typeof start === 'string') return this.#fail(start);
    this.#isBegun = start.status < 200;
    // "Continue" was asked for by nobody, but may come at any time (RFC 9110 15.2).
    if (start.status !== 100) this.#onHead(start);
    return end;
  }

  #waitForHead(why: 'more' | BlockFault, end: number): number {
    if (why === 'too-large') return this.#fail('ANSWER_HEAD_TOO_LARGE');
    if (!startForm.startsWith(this.#block.held.slice(0, startForm.length))) return this.#fail('ANSWER_STATUS_LINE');
    return why === 'more' ? end : this.#fail('ANSWER_HEADER');
  }

  #onHead(start: AnswerStart): void {
    this.#events.onHead(start);
    if (start.status < 200 || this.#isOver()) return;
    if (this.#isHeadOnly || start.status === 204 || start.status === 304) this.#end(noTrailers);
    else if (start.isChunked) {
      this.#chunks.begin();
      this.#stage = 'chunks';
    } else if (start.lengthBytes === undefined) this.#stage = 'until-close';
    else if (start.lengthBytes === 0) this.#end(noTrailers);
    else {
      this.#leftBytes = start.lengthBytes;
      this.#stage = 'length';
    }
  }

  #readCounted(chunk: Buffer, at: number): number {
    const end = Math.min(chunk.length, at + this.#leftBytes);
    this.#leftBytes -= end - at;
    this.#events.onBody(at === 0 && end === chunk.length ? chunk : chunk.subarray(at, end));
    if (this.#leftBytes === 0 && !this.#isOver()) this.#end(noTrailers);
    return end;
  }

  #readChunks(chunk: Buffer, at: number): number {
    const end = this.#chunks.read(chunk, at);
    const { fault, trailers } = this.#chunks;
    if (fault !== undefined) return this.#fail(answerFaultOf(fault));
    if (trailers && !this.#isOver()) {
      // A connection that rests keeps nothing of its last answer.
      this.#chunks.begin();
      this.#end(trailers);
    }
    return end === -1 ? chunk.length : end;
  }

  #end(trailers: string[]): void {
    this.#stage = 'nothing';
    this.#events.onEnd(trailers);
  }

  /** @returns anything: nothing is read any more */
  #fail(fault: AnswerFault): number {
    this.#stage = 'stopped';
    this.#events.onFault(fault);
    return 0;
  }

  /** Whoever was told has had enough. */
  #isOver(): boolean {
    return this.#stage === 'stopped';
  }
}
