import type { BanyanError } from '@banyan/platform';
import { Dispatcher } from 'undici';
import type { StreamHandler } from '../stream-handler.ts';
import { QueueFull } from '../unprocessed.ts';
import { WaitingQueue, type Queued } from './waiting-queue.ts';

/** Of the connections to one peer. */
export interface DispatcherLimits {
  readonly connectionCount: number;
  /** Requests that may wait for a connection, or for a stream of one. */
  readonly waitingCount: number;
  readonly headerBytes: number;
  /** An idle connection is closed after this long unless its server says sooner. */
  readonly idleMs: number;
}

interface Failing {
  /** It has left the queue, and is not sent. */
  fail(err: Error): void;
}

/**
 * Sends requests to one peer, behind the part of undici's dispatch that an exchange uses: what is taken and what waits, and
 * how it ends, whatever the protocol. What waits is bounded in number here, and in time by the exchange's own clock.
 */
export abstract class PeerDispatcher<Request extends Queued<Request> & Failing> extends Dispatcher {
  protected readonly waiting = new WaitingQueue<Request>();
  #isClosed = false;
  #onQuiet: () => void = () => undefined;
  #quiet: Promise<void> | undefined;

  /** No more requests may wait. */
  abstract get isFull(): boolean;
  /** Nothing is there that the end has to wait for. */
  protected abstract get isQuiet(): boolean;
  protected abstract take(options: Dispatcher.DispatchOptions, handler: StreamHandler): void;
  /** What a request hears that comes after the end, or is cut by it. */
  protected abstract closedError(): BanyanError;
  /** Closes the connections, each behind what it carries. */
  protected abstract finish(): Promise<void>;
  protected abstract cutConnections(): void;

  /** @returns whether it was taken; whoever it was not hears why */
  override dispatch(options: Dispatcher.DispatchOptions, handler: StreamHandler): boolean {
    const refusal = this.#refusal();
    if (refusal) handler.onError?.(refusal);
    else this.take(options, handler);
    return refusal === undefined;
  }

  /** Requests under way and those that wait finish. */
  override close(): Promise<void>;
  override close(callback: () => void): void;
  override async close(callback?: () => void): Promise<void> {
    this.#isClosed = true;
    await this.finish();
    callback?.();
  }

  override destroy(err?: Error | null): Promise<void>;
  override destroy(callback: () => void): void;
  override destroy(err: Error | null, callback: () => void): void;
  override async destroy(given?: Error | null | (() => void), callback?: () => void): Promise<void> {
    this.#isClosed = true;
    this.failWaiting(this.closedError());
    this.cutConnections();
    await Promise.resolve();
    if (typeof given === 'function') given();
    callback?.();
  }

  protected get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Those that wait now: who hears of it may ask again at once. */
  protected failWaiting(err: Error): void {
    for (let left = this.waiting.count; left > 0; left -= 1) this.waiting.shift()?.fail(err);
  }

  /** Whoever waits, waits for the same. */
  protected async untilQuiet(): Promise<void> {
    if (!this.isQuiet) await (this.#quiet ??= new Promise((resolve) => (this.#onQuiet = resolve)));
  }

  protected tellQuiet(): void {
    if (this.isQuiet) this.#onQuiet();
  }

  #refusal(): BanyanError | undefined {
    if (this.#isClosed) return this.closedError();
    return this.isFull ? new QueueFull() : undefined;
  }
}

/** Headers as a flat list. */
export function flatOf(headers: Dispatcher.DispatchOptions['headers']): readonly string[] {
  if (Array.isArray(headers)) return headers;
  return Object.entries(headers ?? {}).flatMap(([name, value]) => [name, String(value)]);
}
