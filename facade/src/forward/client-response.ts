import type { IncomingMessage, OutgoingHttpHeader, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * The answer to a client of either protocol: what the walk may do with it.
 * Node's `ServerResponse`, on which a refused handshake is answered, is one as it stands.
 */
export interface ClientResponse extends EventSource<'close' | 'drain' | 'finish' | 'error'> {
  readonly statusCode: number;
  readonly headersSent: boolean;
  /** The end of a body without a length is marked: trailers can be sent, and a cut can be told from an end. */
  readonly chunkedEncoding: boolean;
  readonly writableEnded: boolean;
  /** Everything was handed to the system; never true for an answer that was broken off. */
  readonly writableFinished: boolean;
  readonly destroyed: boolean;
  /** Set to false, the connection ends with this answer. HTTP/2 frames every message safely and pays no heed. */
  shouldKeepAlive: boolean;
  /** It answers a call of gRPC, which only HTTP/2 can carry. */
  readonly isGrpc?: boolean;
  /** Of HTTP/1.1 only. */
  readonly socket: { resetAndDestroy(): unknown } | null;
  /** @param headers - flat; see `writeHead` in `write-head.ts`, which is what callers use */
  writeHead(status: number, reason?: string, headers?: OutgoingHttpHeader[]): unknown;
  getHeaderNames(): string[];
  appendHeader(name: string, value: string): unknown;
  /** Sends the head now, even though no body has come. */
  flushHeaders(): void;
  writeContinue(): void;
  /** 102, before the head. */
  writeProcessing(): void;
  /** 103, before the head. */
  writeEarlyHints(hints: Record<string, string | string[]>): void;
  /** False when the client is slow: wait for `drain`. */
  write(chunk: Uint8Array | string): boolean;
  end(chunk?: Uint8Array | string): unknown;
  addTrailers(pairs: readonly [string, string][]): void;
  /** Ends this answer so that nobody takes it for a complete one: the connection, or over HTTP/2 the stream alone. */
  destroy(): unknown;
}

/** The part of an emitter that the walk uses. */
export interface EventSource<Name extends string> {
  // The listener's parameters are those of Node's emitters, which differ by event.
  on(event: Name, listener: (chunk: Buffer) => void): this;
  once(event: Name, listener: (chunk: Buffer) => void): this;
  off(event: Name, listener: (chunk: Buffer) => void): this;
}

/** A client that asks for a WebSocket, which only HTTP/1.1 can do here (RFC 8441 is not offered). */
export interface UpgradeAsk {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly socket: Socket;
}
