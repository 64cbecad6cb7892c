import type { Readable } from 'node:stream';
import { BanyanError } from '@banyan/platform';
import { Dispatcher } from 'undici';
import { WaitingQueue } from '../dispatch/waiting-queue.ts';
import type { Peer } from '../instances/peer.ts';
import type { StreamHandler } from '../stream-handler.ts';
import { QueueFull } from '../unprocessed.ts';
import { H1Exchange, type ExchangeKeeper } from './exchange.ts';
import { ClientClosed, RequestUnframable } from './faults.ts';
import { H1Connection, type ConnectionOwner } from './h1-connection.ts';
import { IdleConnections } from './idle-connections.ts';
import { requestStart, type RequestStart } from './request-start.ts';

export interface H1Limits {
  readonly connectionCount: number;
  /** Requests that may wait for a connection. */
  readonly waitingCount: number;
  readonly headerBytes: number;
  readonly idleMs: number;
  /** Each connection carries one exchange, and says so. */
  readonly isSingle?: boolean | undefined;
}

/**
 * Sends requests over HTTP/1.1 to one peer, behind the part of undici's dispatch that an exchange uses. One request at a time
 * on each connection; what waits is bounded in number here, and in time by the exchange's own clock.
 */
export class H1Dispatcher extends Dispatcher implements ConnectionOwner, ExchangeKeeper {
  readonly #peer: Peer;
  readonly #host: string;
  readonly #limits: H1Limits;
  readonly #idle: IdleConnections;
  readonly #waiting = new WaitingQueue<H1Exchange>();
  /** Those that open included. */
  readonly #connections = new Set<H1Connection>();
  #openingCount = 0;
  #isServing = false;
  #isClosed = false;
  #onQuiet: () => void = () => undefined;

  constructor(peer: Peer, limits: H1Limits) {
    super();
    this.#peer = peer;
    this.#host = new URL(peer.origin).host;
    this.#limits = limits;
    this.#idle = new IdleConnections(limits.idleMs);
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: StreamHandler): boolean {
    const body = (options.body as Readable | null | undefined) ?? undefined;
    const start = this.#startOf(options);
    if (start instanceof BanyanError) handler.onError?.(start);
    else this.#enqueue(new H1Exchange(start, handler, body));
    return true;
  }

  /** The request, or why it is not sent. */
  #startOf({ method, path, headers, body }: Dispatcher.DispatchOptions): RequestStart | BanyanError {
    if (this.#isClosed) return new ClientClosed();
    if (this.isFull) return new QueueFull();
    const isLast = this.#limits.isSingle === true;
    const start = requestStart({ method, path, headers: flatOf(headers), host: this.#host, isLast });
    if (start instanceof RequestUnframable || !start.lengthBytes || body) return start;
    return new RequestUnframable('it has a length and no body');
  }

  /** No more requests may wait for a connection. */
  get isFull(): boolean {
    const { connectionCount, waitingCount } = this.#limits;
    // Who gets a connection without the end of another request does not wait.
    const freeCount = this.#idle.count + this.#openingCount + connectionCount - this.#connections.size;
    return this.#waiting.count - freeCount >= waitingCount;
  }

  /** Requests under way and those that wait finish. */
  override close(): Promise<void>;
  override close(callback: () => void): void;
  override async close(callback?: () => void): Promise<void> {
    this.#isClosed = true;
    this.#idle.destroy();
    if (this.#connections.size > 0) await new Promise<void>((resolve) => (this.#onQuiet = resolve));
    callback?.();
  }

  override destroy(err?: Error | null): Promise<void>;
  override destroy(callback: () => void): void;
  override destroy(err: Error | null, callback: () => void): void;
  override async destroy(given?: Error | null | (() => void), callback?: () => void): Promise<void> {
    this.#isClosed = true;
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) fail(next, new ClientClosed());
    this.#idle.destroy();
    for (const connection of this.#connections) connection.fail(new ClientClosed());
    await Promise.resolve();
    if (typeof given === 'function') given();
    callback?.();
  }

  #enqueue(exchange: H1Exchange): void {
    exchange.keeper = this;
    exchange.handler.onConnection?.(exchange);
    this.#waiting.push(exchange);
    if (this.#idle.count > 0) this.#serveSoon();
    else this.#openMore();
  }

  /** One that waits was given up. */
  drop(exchange: H1Exchange): void {
    this.#waiting.remove(exchange);
  }

  goOn(): void {
    // Who waits has no answer.
  }

  onOpen(connection: H1Connection): void {
    this.#openingCount -= 1;
    const next = this.#waiting.shift();
    if (next) connection.send(next);
    else this.onFree(connection);
  }

  onRefused(connection: H1Connection, err: Error): void {
    this.#openingCount -= 1;
    const next = this.#waiting.shift();
    if (next) fail(next, err);
    this.onGone(connection);
  }

  onFree(connection: H1Connection): void {
    const isWanted = !this.#isClosed || this.#waiting.count > 0;
    if (this.#limits.isSingle === true || !isWanted || !this.#idle.add(connection)) connection.destroy();
    else if (this.#waiting.count > 0) this.#serveSoon();
  }

  onGone(connection: H1Connection): void {
    this.#connections.delete(connection);
    this.#idle.remove(connection);
    this.#openMore();
    if (this.#isClosed && this.#connections.size === 0) this.#onQuiet();
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
    while (this.#waiting.count > 0) {
      const connection = this.#idle.take();
      const next = connection && this.#waiting.shift();
      if (!next) break;
      connection.send(next);
    }
    if (this.#isClosed && this.#waiting.count === 0) this.#idle.destroy();
    this.#openMore();
  };

  #openMore(): void {
    const { connectionCount, headerBytes } = this.#limits;
    while (this.#waiting.count > this.#openingCount + this.#idle.count && this.#connections.size < connectionCount) {
      const connection = new H1Connection(this, headerBytes);
      this.#openingCount += 1;
      this.#connections.add(connection);
      connection.open(this.#peer);
    }
  }
}

function fail(exchange: H1Exchange, err: Error): void {
  exchange.keeper = undefined;
  exchange.handler.onError?.(err);
}

function flatOf(headers: Dispatcher.DispatchOptions['headers']): readonly string[] {
  if (Array.isArray(headers)) return headers;
  return Object.entries(headers ?? {}).flatMap(([name, value]) => [name, String(value)]);
}
