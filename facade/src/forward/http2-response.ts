import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2';
import type { OutgoingHttpHeader } from 'node:http';
import { BanyanError } from '@banyan/platform';
import type { ClientResponse } from './client-response.ts';
import { http2Fields } from './http2-fields.ts';
import type { Http2Head } from './http2-head.ts';
import { isGrpc } from '../grpc/grpc-status.ts';

type EventName = 'close' | 'drain' | 'finish' | 'error';

/**
 * An answer on an HTTP/2 stream. Node's own `Http2ServerResponse` loses duplicates, tells a broken answer as a finished one,
 * and sends every head apart from an end that follows at once, by which gRPC knows a call that failed from one that has no trailers.
 */
export class Http2Response implements ClientResponse {
  shouldKeepAlive = true;
  readonly socket = null;
  readonly isGrpc: boolean;
  readonly #stream: ServerHttp2Stream;
  #isBodyless: boolean;
  #head: OutgoingHttpHeaders | undefined;
  #status = 200;
  #takesTrailers = false;
  #isBegun = false;
  #isEnded = false;
  #isBrokenOff = false;
  #trailers: OutgoingHttpHeaders = {};

  constructor(stream: ServerHttp2Stream, { method, headers }: Pick<Http2Head, 'method' | 'headers'>) {
    this.#stream = stream;
    this.isGrpc = isGrpc(headers['content-type']);
    this.#isBodyless = method === 'HEAD';
  }

  /** By us; a stream that was reset without it was reset by the client, or because of what it sent. */
  get isBrokenOff(): boolean {
    return this.#isBrokenOff;
  }

  get statusCode(): number {
    return this.#status;
  }

  get headersSent(): boolean {
    return this.#head !== undefined || this.#stream.headersSent;
  }

  get chunkedEncoding(): boolean {
    return this.#takesTrailers;
  }

  get writableEnded(): boolean {
    return this.#isEnded;
  }

  get writableFinished(): boolean {
    return this.#isEnded && (this.#stream.writableFinished || this.#isHandedOver);
  }

  /**
   * Node may close a stream whose last frame is out before it calls it finished, when its connection is busy. A client that
   * gives an answer up says CANCEL, and a connection that breaks is told as such; NO_ERROR is the end that both sides said.
   */
  get #isHandedOver(): boolean {
    const { closed, aborted, rstCode } = this.#stream;
    return closed && !aborted && rstCode === constants.NGHTTP2_NO_ERROR;
  }

  get destroyed(): boolean {
    return this.#stream.destroyed || this.#stream.closed;
  }

  on(event: EventName, listener: (chunk: Buffer) => void): this {
    this.#stream.on(event, listener);
    return this;
  }

  once(event: EventName, listener: (chunk: Buffer) => void): this {
    this.#stream.once(event, listener);
    return this;
  }

  off(event: EventName, listener: (chunk: Buffer) => void): this {
    this.#stream.off(event, listener);
    return this;
  }

  getHeaderNames(): string[] {
    return [];
  }

  /** The drain of HTTP/1.1 sets `Connection: close` ahead; here there is GOAWAY. */
  appendHeader(): this {
    return this;
  }

  /**
   * Takes the head, and sends it with the first byte of the body, its end, or {@link flushHeaders}.
   *
   * @throws {TypeError} for a header that is none, {BanyanError} for a status that is none; nothing is sent then
   */
  writeHead(status: number, _reason?: string, headers: readonly OutgoingHttpHeader[] = []): this {
    if (this.headersSent) return this;
    if (status < 200 || status > 599) throw new Http2StatusRefused(status);
    const fields = http2Fields(headers);
    this.#isBodyless ||= status === 204 || status === 205 || status === 304;
    this.#takesTrailers = !this.#isBodyless && fields['content-length'] === undefined;
    this.#status = status;
    this.#head = { ...fields, ':status': status };
    return this;
  }

  flushHeaders(): void {
    // The end of an answer without a body comes a moment after its head; together they are one frame.
    setImmediate(() => this.#begin(false));
  }

  writeContinue(): void {
    this.#inform({ ':status': 100 });
  }

  writeProcessing(): void {
    this.#inform({ ':status': 102 });
  }

  writeEarlyHints(hints: Readonly<Record<string, string | string[]>>): void {
    this.#inform({
      ...http2Fields(Object.entries(hints).flatMap(([name, value]) => linesOf(name, value))),
      ':status': 103,
    });
  }

  write(chunk: Uint8Array | string): boolean {
    if (this.#isBodyless) return true;
    if (this.destroyed || this.#isEnded) return false;
    this.#begin(false);
    return this.#stream.write(chunk);
  }

  end(chunk?: Uint8Array | string): this {
    if (this.#isEnded || this.destroyed) return this;
    if (chunk !== undefined && chunk.length > 0) this.write(chunk);
    this.#isEnded = true;
    this.#begin(Object.keys(this.#trailers).length === 0);
    this.#stream.end();
    return this;
  }

  addTrailers(pairs: readonly [string, string][]): void {
    this.#trailers = http2Fields(pairs.flat());
  }

  destroy(): this {
    this.#isBrokenOff = true;
    // Not `close`: it ends the stream before it resets it, and a client may take that end for the answer's.
    this.#stream.destroy(new AnswerBrokenOff());
    return this;
  }

  #begin(isWholeAnswer: boolean): void {
    if (this.#isBegun || this.destroyed) return;
    this.#isBegun = true;
    const endStream = isWholeAnswer || this.#isBodyless;
    const waitForTrailers = this.#takesTrailers && !endStream;
    if (waitForTrailers) this.#stream.once('wantTrailers', () => this.#stream.sendTrailers(this.#trailers));
    this.#stream.respond(this.#head ?? { ':status': this.#status }, { endStream, waitForTrailers });
  }

  #inform(fields: OutgoingHttpHeaders): void {
    if (!this.headersSent && !this.destroyed) this.#stream.additionalHeaders(fields);
  }
}

function linesOf(name: string, value: string | readonly string[]): string[] {
  return [value].flat().flatMap((line) => [name, line]);
}

class Http2StatusRefused extends BanyanError {
  constructor(status: number) {
    super('HTTP2_STATUS_REFUSED', `${status} is no status that HTTP/2 can carry.`, {
      remedy: 'Let the side answer with a status from 200 to 599.',
      concerning: String(status),
    });
  }
}

class AnswerBrokenOff extends BanyanError {
  constructor() {
    super('ANSWER_BROKEN_OFF', 'The answer was broken off.', {
      remedy: 'Look at the outcome in the log line of the request.',
    });
  }
}
