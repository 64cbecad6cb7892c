import { constants, type ClientHttp2Stream, type IncomingHttpHeaders } from 'node:http2';
import type { Readable } from 'node:stream';
import { BanyanError } from '@banyan/platform';
import type { StreamHandler } from '../stream-handler.ts';
import { Unprocessed } from '../unprocessed.ts';
import { trailerFields } from './request-trailers.ts';
import type { Session } from './session.ts';

/** One request on one stream, told to its handler in the words of undici's dispatch. */
export class H2Exchange {
  readonly #session: Session;
  readonly #stream: ClientHttp2Stream;
  readonly #handler: StreamHandler;
  readonly #body: Readable | undefined;
  #trailers: string[] = [];
  #isWhole = false;
  #isOver = false;

  constructor(session: Session, stream: ClientHttp2Stream, handler: StreamHandler, body?: Readable) {
    this.#session = session;
    this.#stream = stream;
    this.#handler = handler;
    this.#body = body;
  }

  /** @param trailers - lines, asked for when the body has ended */
  start(trailers?: () => string): void {
    this.#watchEnd();
    if (trailers) this.#stream.once('wantTrailers', () => this.#stream.sendTrailers(trailerFields(trailers())));
    // Events of http2 carry the raw list behind what their types tell.
    this.#stream
      .on('response', (fields: IncomingHttpHeaders, flags: number, raw?: string[]) =>
        this.#onHead(fields, flags, raw ?? []),
      )
      .on('data', this.#onData)
      .on('trailers', (_fields: IncomingHttpHeaders, _flags: number, raw?: string[]) => {
        this.#session.heard();
        this.#trailers = raw ?? [];
      })
      .on('end', this.#onEnd)
      .on('error', this.#onError)
      .on('close', this.#onClose);
    // The head is on its way, whatever becomes of the body.
    this.#handler.onBodySent?.(0, 0);
    if (this.#body) this.#upload(this.#body);
    else this.#handler.onRequestSent?.();
  }

  /** Ends this stream alone: the others of the connection go on. */
  readonly abort = (): void => {
    this.#isOver = true;
    this.#body?.unpipe(this.#stream);
    this.#stream.resume().close(constants.NGHTTP2_CANCEL);
  };

  /** It had served others, and is gone: this request may have met a connection that was already dead. */
  get isStale(): boolean {
    return this.#session.servedCount > 1 && this.#session.isOver;
  }

  #upload(body: Readable): void {
    body.on('data', () => this.#handler.onBodySent?.(0, 0));
    // A client that leaves must not look like the end of its body.
    body.once('close', () => {
      if (!body.readableEnded && !this.#isOver) this.#stream.close(constants.NGHTTP2_CANCEL);
    });
    this.#stream.once('finish', () => this.#handler.onRequestSent?.());
    body.pipe(this.#stream);
  }

  #onHead(fields: IncomingHttpHeaders, flags: number, raw: string[]): void {
    this.#session.heard();
    if (this.#isOver) return;
    this.#handler.onResponseStarted?.();
    const head = withoutPseudo(raw) as unknown as Buffer[];
    const goesOn = this.#handler.onHeaders?.(Number(fields[':status']), head, this.#resume, '');
    if (goesOn === false) this.#stream.pause();
    // What has no body is complete with its head: the client gets both in one, as a trailers-only answer must be.
    if ((flags & constants.NGHTTP2_FLAG_END_STREAM) !== 0) this.#onEnd();
  }

  readonly #resume = (): void => void this.#stream.resume();

  readonly #onData = (chunk: Buffer): void => {
    this.#session.heard();
    if (!this.#isOver && this.#handler.onData?.(chunk) === false) this.#stream.pause();
  };

  /**
   * Node ends a stream that was reset without an error, or whose connection broke, like one that is whole. The end that the
   * server said comes before the stream is closed, every other one behind it.
   */
  #watchEnd(): void {
    const stream = this.#stream;
    const push = stream.push.bind(stream);
    stream.push = (chunk: unknown, encoding) => {
      if (chunk === null && !stream.closed) this.#isWhole = true;
      return push(chunk, encoding);
    };
  }

  readonly #onEnd = (): void => {
    if (this.#isOver || !this.#isWhole) return;
    this.#isOver = true;
    this.#body?.unpipe(this.#stream);
    this.#handler.onComplete?.(this.#trailers);
  };

  readonly #onError = (err: Error): void => {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#body?.unpipe(this.#stream);
    this.#handler.onError?.(this.#session.isUnprocessed(this.#stream) ? new Unprocessed(err) : new StreamCut(err));
  };

  readonly #onClose = (): void => this.#onError(new StreamCut());
}

class StreamCut extends BanyanError {
  constructor(cause?: Error) {
    super('UPSTREAM_RESET', 'The upstream broke the stream off.', {
      remedy: 'Look at the log of the upstream.',
      cause,
    });
  }
}

function withoutPseudo(raw: readonly string[]): string[] {
  return raw.filter((_text, index) => raw[index - (index % 2)]?.startsWith(':') !== true);
}
