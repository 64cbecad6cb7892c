import type { Socket } from 'node:net';
import type { Visit } from '../../handle-request.ts';
import { Ahead, nothing } from './ahead.ts';
import { CountedBody, type BodyReader } from './body-reader.ts';
import { ChunkedBody } from './chunked-body.ts';
import type { Listed } from './connection-list.ts';
import { Deadline } from './deadline.ts';
import { H1Request, type Inflow } from './h1-request.ts';
import { H1Response, type Outflow } from './h1-response.ts';
import { HeadReader } from './head-reader.ts';
import type { Inlet } from './inlet.ts';
import { refusalText, type RefusalCode } from './refusal-code.ts';
import type { Head } from './read-head.ts';

/** What the connections of a port have in common. */
export interface ConnectionMeans {
  readonly onVisit: (visit: Visit) => void;
  /** Bytes that are no message; they were answered. */
  readonly onRefused: (code: RefusalCode) => void;
  /** A client asks for the connection itself, which owes nobody an answer; `bytes` stand behind the head. */
  readonly onTakeover: (socket: Socket, head: Head, bytes: Buffer) => void;
  /** It is closed, or HTTP on it is over. */
  readonly onGone: (one: Listed) => void;
  readonly headerBytesLimit: number;
  readonly headMs: number;
  readonly idleMs: number;
  /** Every answer is the last on its connection. */
  readonly isDraining: () => boolean;
  /** No connection is kept behind its answer, whatever that has said. */
  readonly isIdleOver: () => boolean;
}

// After the last answer, for a client that is still sending: closing at once would take the answer away (RFC 9112 9.6).
const lingerMs = { answer: 2_000, upload: 10_000 } as const;

/**
 * A connection of HTTP/1.1, which whoever makes it puts on the list. The next request is read when the answer before is out: a read does not overtake the write
 * before it, and what stands behind a refused message is never read as one (RFC 9112 9.3.2). That is how smuggling fails.
 */
export class Connection implements Listed, Inflow, Outflow {
  previous: Listed | undefined;
  next: Listed | undefined;
  readonly socket: Socket;
  readonly keepAliveSeconds: number;
  readonly #means: ConnectionMeans;
  readonly #head: HeadReader;
  #request: H1Request | undefined;
  #response: H1Response | undefined;
  /** Of the request, as long as it is not whole. */
  #body: BodyReader | undefined;
  /** Nothing is read as a message any more. */
  #isDeaf = false;
  #isAdvancing = false;
  /** It has brought a request. */
  #isUsed = false;
  readonly #deadline: Deadline;
  readonly #ahead: Ahead;
  readonly #inlet: Inlet;

  constructor(inlet: Inlet, means: ConnectionMeans) {
    this.socket = inlet.socket;
    this.#inlet = inlet;
    this.keepAliveSeconds = Math.floor(means.idleMs / 1_000);
    this.#means = means;
    this.#ahead = new Ahead(this.socket);
    this.#head = new HeadReader(means.headerBytesLimit);
    this.#deadline = new Deadline(means.headMs);
    inlet.open({ read: this.#onData, isInBody: () => this.#body !== undefined });
    this.socket.on('drain', this.#onDrain).on('end', this.#onEnd).on('error', ignore).on('close', this.#onClose);
  }

  letGo(): void {
    if (this.#response && !this.#response.headersSent) this.#response.shouldKeepAlive = false;
  }

  endIdle(): void {
    if (!this.#request && !this.#head.isBegun() && !this.#isDeaf) this.socket.destroy();
  }

  destroy(): void {
    this.socket.destroy();
  }

  look(nowMs: number): void {
    if (!this.#deadline.isOver(nowMs)) return;
    const isHeadLate = !this.#isDeaf && (this.#head.isBegun() || !this.#isUsed);
    if (isHeadLate) this.#refuse('ERR_HTTP_REQUEST_TIMEOUT');
    else this.socket.destroy();
  }

  /** Of TLS there is no connection below that could be reset; without its own goodbye an end is a cut. */
  resetAndDestroy(): void {
    if ('encrypted' in this.socket) this.socket.destroy();
    else this.socket.resetAndDestroy();
  }

  onTaken(): void {
    if (this.#body) this.#ahead.readOn();
  }

  readonly #onData = (bytes: Buffer): true => {
    if (!this.#isDeaf) this.#advance(this.#ahead.with(this.#body ? this.#inlet.kept(bytes) : bytes));
    return true;
  };

  #advance(bytes: Buffer): void {
    let rest = bytes;
    // An answer that is out at once comes back to here; the loop goes on instead of the stack.
    this.#isAdvancing = true;
    while (rest.length > 0 && !this.#isDeaf) {
      if (this.#body) rest = this.#readBody(this.#body, rest);
      else if (this.#request) {
        this.#ahead.hold(rest);
        break;
      } else rest = this.#readHead(rest);
    }
    this.#isAdvancing = false;
  }

  #readHead(bytes: Buffer): Buffer {
    const wasBegun = this.#head.isBegun();
    const reading = this.#head.read(bytes);
    if (reading === undefined) {
      if (!wasBegun && this.#head.isBegun()) this.#deadline.begin(this.#means.headMs);
      return nothing;
    }
    if (reading.kind === 'refused') return this.#refuse(reading.code);
    const { takenBytes } = this.#head;
    const rest = takenBytes === bytes.length ? nothing : bytes.subarray(takenBytes);
    return reading.isTakeover ? this.#handOver(reading, rest) : this.#begin(reading, rest);
  }

  #begin(head: Head, bytes: Buffer): Buffer {
    const request = new H1Request(head, this);
    const response = new H1Response(head, this);
    this.#request = request;
    this.#response = response;
    this.#isUsed = true;
    this.#deadline.begin(Infinity);
    if (this.#means.isDraining()) response.shouldKeepAlive = false;
    let rest = bytes;
    if (!request.complete) {
      this.#body = this.#bodyOf(head, request);
      // What is here already is a part of the request when somebody looks at it; a body that is none is seen first.
      if (bytes.length > 0) rest = this.#readBody(this.#body, this.#inlet.kept(bytes));
    }
    if (!this.#isDeaf) this.#means.onVisit({ request, response, upgrade: undefined, startedAtMs: performance.now() });
    return rest;
  }

  #bodyOf({ bodyBytes }: Head, sink: H1Request): BodyReader {
    if (bodyBytes !== 'chunked') return new CountedBody(bodyBytes, sink);
    return new ChunkedBody(this.#means.headerBytesLimit, sink);
  }

  #readBody(body: BodyReader, bytes: Buffer): Buffer {
    const request = this.#request;
    if (!request) return nothing;
    const takenBytes = body.read(bytes);
    if (body.refusal !== undefined) return this.#refuse(body.refusal);
    if (body.isDone) {
      this.#body = undefined;
      request.finish(body.rawTrailers);
      this.onFinished();
    } else if (request.isFull) this.#ahead.pause();
    return bytes.subarray(takenBytes);
  }

  /** The next request's turn comes when the answer is out and the request was whole. */
  onFinished(): void {
    const response = this.#response;
    if (this.#isDeaf || response?.writableFinished !== true) return;
    if (!response.shouldKeepAlive || this.#means.isIdleOver()) {
      this.#close();
      return;
    }
    if (this.#body) return;
    this.#request = undefined;
    this.#response = undefined;
    this.#deadline.begin(this.#means.idleMs);
    this.#ahead.readOn();
    if (!this.#isAdvancing && !this.#ahead.isEmpty) this.#advance(this.#ahead.with(nothing));
  }

  /** Behind the last answer. What still comes is read and forgotten, for a time. */
  #close(): void {
    this.#isDeaf = true;
    this.#deadline.begin(lingerMs[this.#body ? 'upload' : 'answer']);
    this.#abandon();
    this.socket.end();
    this.#ahead.readOn();
  }

  /** @returns nothing, which is all that is read behind it */
  #refuse(code: RefusalCode): Buffer {
    this.#means.onRefused(code);
    this.#isDeaf = true;
    const response = this.#response;
    // Never into the middle of an answer.
    const isBetween = !response || response.writableFinished || !response.headersSent;
    this.#abandon();
    if (!isBetween || !this.socket.writable) this.socket.destroy();
    else {
      this.#deadline.begin(lingerMs.answer);
      this.socket.end(refusalText(code), 'latin1');
      this.#ahead.readOn();
    }
    return nothing;
  }

  /** Whoever has the request or its answer learns that both are over. */
  #abandon(): void {
    const [request, response] = [this.#request, this.#response];
    this.#ahead.forget();
    this.#body = undefined;
    this.#request = undefined;
    this.#response = undefined;
    request?.abort();
    response?.close();
  }

  #handOver(head: Head, bytes: Buffer): Buffer {
    this.#isDeaf = true;
    this.#means.onGone(this);
    this.#inlet.handOver();
    this.socket.off('drain', this.#onDrain).off('end', this.#onEnd).off('error', ignore).off('close', this.#onClose);
    this.#means.onTakeover(this.socket, head, bytes);
    return nothing;
  }

  readonly #onDrain = (): void => this.#response?.drained();

  /** A client that ends its side has left, as it has for Node: it could not be told from one that died. */
  readonly #onEnd = (): void => {
    if (!this.#isDeaf && (this.#body || (!this.#request && this.#head.isBegun())))
      this.#refuse('HPE_INVALID_EOF_STATE');
    else {
      this.#isDeaf = true;
      this.socket.end();
    }
  };

  readonly #onClose = (): void => {
    this.#isDeaf = true;
    this.#means.onGone(this);
    this.#abandon();
  };
}

const ignore = (): void => undefined;
