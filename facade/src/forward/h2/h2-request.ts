import type { Readable } from 'node:stream';
import { messageOf } from '@banyan/platform';
import { errors, type Dispatcher } from 'undici';
import type { Connection } from '../connection.ts';
import { flatOf } from '../dispatch/peer-dispatcher.ts';
import type { Queued } from '../dispatch/waiting-queue.ts';
import type { Peer } from '../instances/peer.ts';
import type { StreamHandler } from '../stream-handler.ts';
import { H2Exchange } from './h2-exchange.ts';
import { requestFields } from './request-fields.ts';
import type { Session } from './session.ts';

/** One request: in the queue at first, then on a stream. */
export class H2Request implements Connection, Queued<H2Request> {
  previous: H2Request | undefined;
  next: H2Request | undefined;
  readonly #options: Dispatcher.DispatchOptions;
  readonly #handler: StreamHandler;
  /** While it waits. */
  #leaveQueue: ((request: H2Request) => void) | undefined;
  #exchange: H2Exchange | undefined;
  #trailers: (() => string) | undefined;
  #isCut = false;

  constructor(options: Dispatcher.DispatchOptions, handler: StreamHandler, leaveQueue: (request: H2Request) => void) {
    this.#options = options;
    this.#handler = handler;
    this.#leaveQueue = leaveQueue;
  }

  get isReused(): boolean {
    return this.#exchange?.isStale === true;
  }

  trailWith(lines: () => string): void {
    this.#trailers = lines;
  }

  readonly cut = (): void => {
    const leaveQueue = this.#leaveQueue;
    this.#leaveQueue = undefined;
    this.#isCut = true;
    leaveQueue?.(this);
    this.#exchange?.abort();
  };

  /** It has left the queue. */
  sendOn(session: Session, peer: Peer): void {
    this.#leaveQueue = undefined;
    // Who has no use for the answer any more may say so now, before anything is sent.
    this.#handler.onConnect?.(this.cut);
    if (this.#isCut) return;
    try {
      this.#exchange = this.#open(session, peer);
    } catch (err) {
      this.#handler.onError?.(new errors.InvalidArgumentError(messageOf(err)));
      return;
    }
    this.#exchange.start(this.#trailers);
  }

  /** It has left the queue, and there is no connection for it. */
  fail(err: Error): void {
    this.#leaveQueue = undefined;
    this.#handler.onError?.(err);
  }

  #open(session: Session, peer: Peer): H2Exchange {
    const { method, path, headers } = this.#options;
    const body = (this.#options.body as Readable | null) ?? undefined;
    const stream = session.request(requestFields(flatOf(headers), { method, path }, peer), {
      hasBody: body !== undefined,
      waitForTrailers: this.#trailers !== undefined,
    });
    return new H2Exchange(session, stream, this.#handler, body);
  }
}
