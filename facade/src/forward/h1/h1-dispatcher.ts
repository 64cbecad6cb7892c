import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import { flatOf, PeerDispatcher, type DispatcherLimits } from '../dispatch/peer-dispatcher.ts';
import type { Peer } from '../instances/peer.ts';
import type { StreamHandler } from '../stream-handler.ts';
import { H1Exchange, type ExchangeKeeper } from './exchange.ts';
import { ClientClosed, RequestUnframable } from './faults.ts';
import { H1Connection, type ConnectionOwner } from './h1-connection.ts';
import { IdleConnections } from './idle-connections.ts';
import { requestStart, type RequestStart } from './request-start.ts';

export interface H1Limits extends DispatcherLimits {
  /** Each connection carries one exchange, and says so. */
  readonly isSingle?: boolean | undefined;
}

/** Sends requests over HTTP/1.1 to one peer, one at a time on each connection. */
export class H1Dispatcher extends PeerDispatcher<H1Exchange> implements ConnectionOwner, ExchangeKeeper {
  readonly #peer: Peer;
  readonly #host: string;
  readonly #limits: H1Limits;
  readonly #idle: IdleConnections;
  /** Those that open included. */
  readonly #connections = new Set<H1Connection>();
  #openingCount = 0;
  #isServing = false;

  constructor(peer: Peer, limits: H1Limits) {
    super();
    this.#peer = peer;
    this.#host = new URL(peer.origin).host;
    this.#limits = limits;
    this.#idle = new IdleConnections(limits.idleMs);
  }

  protected override take(options: Dispatcher.DispatchOptions, handler: StreamHandler): void {
    const body = (options.body as Readable | null | undefined) ?? undefined;
    const start = this.#startOf(options);
    if (start instanceof RequestUnframable) handler.onError?.(start);
    else this.#enqueue(new H1Exchange(start, handler, body));
  }

  /** The request, or why it is not sent. */
  #startOf({ method, path, headers, body }: Dispatcher.DispatchOptions): RequestStart | RequestUnframable {
    const isLast = this.#limits.isSingle === true;
    const start = requestStart({ method, path, headers: flatOf(headers), host: this.#host, isLast });
    if (start instanceof RequestUnframable || !start.lengthBytes || body) return start;
    return new RequestUnframable('it has a length and no body');
  }

  override get isFull(): boolean {
    const { connectionCount, waitingCount } = this.#limits;
    // Who gets a connection without the end of another request does not wait.
    const freeCount = this.#idle.count + this.#openingCount + connectionCount - this.#connections.size;
    return this.waiting.count - freeCount >= waitingCount;
  }

  protected override get isQuiet(): boolean {
    return this.#connections.size === 0;
  }

  protected override closedError(): ClientClosed {
    return new ClientClosed();
  }

  protected override finish(): Promise<void> {
    this.#idle.destroy();
    return this.untilQuiet();
  }

  protected override cutConnections(): void {
    this.#idle.destroy();
    for (const connection of this.#connections) connection.fail(new ClientClosed());
  }

  #enqueue(exchange: H1Exchange): void {
    exchange.keeper = this;
    exchange.handler.onConnection?.(exchange);
    this.waiting.push(exchange);
    if (this.#idle.count > 0) this.#serveSoon();
    else this.#openMore();
  }

  /** One that waits was given up. */
  drop(exchange: H1Exchange): void {
    this.waiting.remove(exchange);
  }

  goOn(): void {
    // Who waits has no answer.
  }

  onOpen(connection: H1Connection): void {
    this.#openingCount -= 1;
    const next = this.waiting.shift();
    if (next) connection.send(next);
    else this.onFree(connection);
  }

  onRefused(connection: H1Connection, err: Error): void {
    this.#openingCount -= 1;
    this.waiting.shift()?.fail(err);
    this.onGone(connection);
  }

  onFree(connection: H1Connection): void {
    const isWanted = !this.isClosed || this.waiting.count > 0;
    if (this.#limits.isSingle === true || !isWanted || !this.#idle.add(connection)) connection.destroy();
    else if (this.waiting.count > 0) this.#serveSoon();
  }

  onGone(connection: H1Connection): void {
    this.#connections.delete(connection);
    this.#idle.remove(connection);
    this.#openMore();
    this.tellQuiet();
  }

  /**
   * A connection that served before is used again only when everything that had come in by now was read: its end, or bytes
   * that nobody asked for and that must not become the answer of the next request.
   */
  #serveSoon(): void {
    if (this.#isServing) return;
    this.#isServing = true;
    setImmediate(this.#serve);
  }

  readonly #serve = (): void => {
    this.#isServing = false;
    while (this.waiting.count > 0) {
      const connection = this.#idle.take();
      const next = connection && this.waiting.shift();
      if (!next) break;
      connection.send(next);
    }
    if (this.isClosed && this.waiting.count === 0) this.#idle.destroy();
    this.#openMore();
  };

  #openMore(): void {
    const { connectionCount, headerBytes } = this.#limits;
    while (this.waiting.count > this.#openingCount + this.#idle.count && this.#connections.size < connectionCount) {
      const connection = new H1Connection(this, headerBytes);
      this.#openingCount += 1;
      this.#connections.add(connection);
      connection.open(this.#peer);
    }
  }
}
