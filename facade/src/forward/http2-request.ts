import { constants, type ServerHttp2Stream } from 'node:http2';
import type { IncomingHttpHeaders } from 'node:http';
import type { ClientRequest, ClientSocket } from './client-request.ts';
import type { Http2Head } from './http2-head.ts';

/**
 * A request on an HTTP/2 stream. Node's own `Http2ServerRequest` calls a body complete that the client broke off,
 * so that a side would take the half of an upload for the whole.
 */
export class Http2Request implements ClientRequest {
  readonly httpVersion = '2.0';
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly rawTrailers: string[] = [];
  readonly hasBody: boolean;
  readonly socket: ClientSocket;
  readonly #stream: ServerHttp2Stream;
  #isComplete: boolean;

  /** @param remoteAddress - of the connection; the stream loses sight of it when the connection ends */
  constructor(stream: ServerHttp2Stream, head: Http2Head, remoteAddress: string | undefined) {
    this.#stream = stream;
    this.method = head.method;
    this.url = head.path;
    this.headers = head.headers;
    this.rawHeaders = head.rawHeaders;
    this.hasBody = !stream.endAfterHeaders;
    this.#isComplete = !this.hasBody;
    this.socket = {
      remoteAddress,
      encrypted: true,
      // A reset without an error asks the client to stop sending and to keep the answer (RFC 9113 8.1).
      destroy: () => stream.close(constants.NGHTTP2_NO_ERROR),
    };
    if (this.hasBody) this.#watchBody();
  }

  get complete(): boolean {
    return this.#isComplete;
  }

  get hasEnded(): boolean {
    return this.#stream.readableEnded;
  }

  get destroyed(): boolean {
    return this.#stream.destroyed;
  }

  on(event: 'data' | 'end' | 'close' | 'error', listener: (chunk: Buffer) => void): this {
    this.#stream.on(event, listener);
    return this;
  }

  once(event: 'data' | 'end' | 'close' | 'error', listener: (chunk: Buffer) => void): this {
    this.#stream.once(event, listener);
    return this;
  }

  off(event: 'data' | 'end' | 'close' | 'error', listener: (chunk: Buffer) => void): this {
    this.#stream.off(event, listener);
    return this;
  }

  pause(): this {
    this.#stream.pause();
    return this;
  }

  resume(): this {
    if (!this.#stream.destroyed) this.#stream.resume();
    return this;
  }

  #watchBody(): void {
    this.#stream.once('end', () => {
      // A reset ends the stream as well: with an error code, or, when the client says NO_ERROR, as `aborted`.
      this.#isComplete = !this.#stream.aborted && this.#stream.rstCode === constants.NGHTTP2_NO_ERROR;
    });
    this.#stream.once('trailers', (_trailers: unknown, _flags: number, flat: readonly string[]) => {
      this.rawTrailers.push(...flat);
    });
  }
}
