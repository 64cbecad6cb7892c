import { constants, type ClientHttp2Session, type ClientHttp2Stream, type OutgoingHttpHeaders } from 'node:http2';
import { destroyBetweenReads, type Destruction } from '../destroy-between-reads.ts';
import type { OpenedSession } from './open-session.ts';

// Servers of gRPC end a connection that pings them a third time while they have nothing to say (gRFC A8, "too_many_pings").
const pingsLimit = 2;

export interface SessionLimits {
  /** Without a request for this long, it is closed. */
  readonly idleMs: number;
  /** Silent for this long while something waits, it is asked whether it lives; silent for as long again, it is dead. */
  readonly pingMs: number;
  /** So many requests, then it takes no more and ends with the last of them. */
  readonly requestsLimit: number;
}

/** The numbers that a connection has for its client's streams: the odd ones up to 2^31 - 1 (RFC 9113 5.1.1). */
export const streamNumberCount = 2 ** 30;

/** What follows the head of a request. */
export interface StreamEnd {
  readonly hasBody: boolean;
  readonly waitForTrailers: boolean;
}

/** One HTTP/2 connection: how many streams it takes, whether it still lives, and when it has been idle for too long. */
export class Session {
  readonly #http2: ClientHttp2Session;
  readonly #destruction: Destruction;
  readonly #idleMs: number;
  readonly #requestsLimit: number;
  readonly #onRoom: () => void;
  readonly #pings: NodeJS.Timeout;
  #streamCount = 0;
  #servedCount = 0;
  #lastStreamId = Infinity;
  #idleTimer: NodeJS.Timeout | undefined;
  #isClosing = false;
  #isPingOut = false;
  #isHeard = false;
  #pingsLeft = pingsLimit;

  /** @param onRoom - one more request can be sent, here or on another connection */
  constructor({ http2, socket }: OpenedSession, { idleMs, pingMs, requestsLimit }: SessionLimits, onRoom: () => void) {
    this.#http2 = http2;
    this.#destruction = destroyBetweenReads(http2, socket);
    this.#idleMs = idleMs;
    this.#requestsLimit = requestsLimit;
    this.#onRoom = onRoom;
    this.#pings = setInterval(this.#look, pingMs).unref();
    http2.on('goaway', (_code: number, lastStreamId: number) => {
      this.#lastStreamId = lastStreamId;
    });
    http2.once('close', () => {
      clearInterval(this.#pings);
      clearTimeout(this.#idleTimer);
      onRoom();
    });
    http2.on('remoteSettings', onRoom);
    this.#watchIdle();
  }

  /** After a GOAWAY, or at the end of its numbers, it takes no new streams; those under way finish. */
  get isUsable(): boolean {
    return !this.#http2.closed && !this.isOver && !this.#isSpent;
  }

  get hasRoom(): boolean {
    return this.isUsable && this.#streamCount < (this.#http2.remoteSettings.maxConcurrentStreams ?? Infinity);
  }

  get isOver(): boolean {
    return this.#destruction.isAskedFor();
  }

  get streamCount(): number {
    return this.#streamCount;
  }

  /** Requests that were sent on it before. */
  get servedCount(): number {
    return this.#servedCount;
  }

  request(fields: OutgoingHttpHeaders, { hasBody, waitForTrailers }: StreamEnd): ClientHttp2Stream {
    const stream = this.#http2.request(fields, { endStream: !hasBody, waitForTrailers: hasBody && waitForTrailers });
    this.#streamCount += 1;
    this.#servedCount += 1;
    clearTimeout(this.#idleTimer);
    stream.once('close', () => {
      this.#streamCount -= 1;
      this.#watchIdle();
      this.#onRoom();
    });
    return stream;
  }

  /** The server said that it did not look at the stream, and never will (RFC 9113 6.8, 8.7). */
  isUnprocessed({ id, rstCode }: ClientHttp2Stream): boolean {
    return rstCode === constants.NGHTTP2_REFUSED_STREAM || id === undefined || id > this.#lastStreamId;
  }

  /** Something of an answer came: the server lives, and may be pinged again. */
  heard(): void {
    this.#isHeard = true;
    this.#pingsLeft = pingsLimit;
  }

  /** Streams under way finish. */
  close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#idleTimer);
    return new Promise((resolve) => {
      if (this.#http2.destroyed) resolve();
      else this.#http2.once('close', resolve);
      this.#watchIdle();
    });
  }

  destroy(): void {
    this.#http2.destroy();
  }

  get #isSpent(): boolean {
    return this.#servedCount >= this.#requestsLimit;
  }

  #watchIdle(): void {
    if (this.#streamCount > 0 || this.#http2.closed) return;
    // Not before: our GOAWAY overtakes the head of a request that was just sent, and the server then refuses that.
    if (this.#isSpent || this.#isClosing) this.#http2.close();
    else this.#idleTimer = setTimeout(() => this.#http2.close(), this.#idleMs).unref();
  }

  // A peer that has vanished without a word is found out while something waits for it; later by the pings of TCP.
  readonly #look = (): void => {
    if (this.#streamCount === 0 || this.isOver) return;
    if (this.#isHeard) this.#isHeard = false;
    else if (this.#isPingOut) this.#http2.destroy();
    else if (this.#pingsLeft > 0) this.#ping();
  };

  #ping(): void {
    this.#pingsLeft -= 1;
    this.#isPingOut = this.#http2.ping(() => {
      this.#isPingOut = false;
    });
  }
}
