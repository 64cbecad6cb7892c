import type { Readable } from 'node:stream';
import type { Connection } from '../connection.ts';
import type { Queued } from '../dispatch/waiting-queue.ts';
import type { StreamHandler } from '../stream-handler.ts';
import type { RequestStart } from './request-start.ts';

/** Who has an exchange: the queue it waits in, then the connection that carries it. */
export interface ExchangeKeeper {
  /** It was given up. */
  drop(exchange: H1Exchange): void;
  /** Its client takes more of the answer. */
  goOn(): void;
}

/** One request and who is told about its answer. It forgets its keeper at its end, so that nobody can reach the next one through it. */
export class H1Exchange implements Connection, Queued<H1Exchange> {
  readonly start: RequestStart;
  readonly handler: StreamHandler;
  readonly body: Readable | undefined;
  keeper: ExchangeKeeper | undefined;
  isReused = false;
  trailers: (() => string) | undefined;
  previous: H1Exchange | undefined;
  next: H1Exchange | undefined;

  constructor(start: RequestStart, handler: StreamHandler, body: Readable | undefined) {
    this.start = start;
    this.handler = handler;
    this.body = body;
  }

  trailWith(lines: () => string): void {
    this.trailers = lines;
  }

  fail(err: Error): void {
    this.keeper = undefined;
    this.handler.onError?.(err);
  }

  readonly cut = (): void => {
    const { keeper } = this;
    this.keeper = undefined;
    keeper?.drop(this);
  };

  readonly resume = (): void => this.keeper?.goOn();
}
