import { Dispatcher } from 'undici';
import { WaitingQueue } from '../dispatch/waiting-queue.ts';
import type { Peer } from '../instances/peer.ts';
import type { StreamHandler } from '../stream-handler.ts';
import { H2Request } from './h2-request.ts';
import { openSession, SessionFailed } from './open-session.ts';
import { QueueFull } from '../unprocessed.ts';
import { Session, streamNumberCount } from './session.ts';

export interface H2Limits {
  readonly connectionCount: number;
  /** Requests that may wait for a stream. */
  readonly waitingCount: number;
  readonly headerBytes: number;
  readonly idleMs: number;
  /** See `SessionLimits`; 10 s. */
  readonly pingMs?: number | undefined;
  /** Of one connection; see `SessionLimits`. */
  readonly requestsLimit?: number | undefined;
}

const usualPingMs = 10_000;
// From one more connection that failed to the next try, while another one serves.
const extraPauseMs = 1_000;

/**
 * Sends requests over HTTP/2 to one peer, behind the part of undici's dispatch that an exchange uses.
 * A connection carries as many streams as its server takes; more connections are opened when it takes no more.
 * What waits is bounded in number here, and in time by the exchange's own clock.
 */
export class H2Dispatcher extends Dispatcher {
  readonly #peer: Peer;
  readonly #limits: H2Limits;
  readonly #waiting = new WaitingQueue<H2Request>();
  #sessions: readonly Session[] = [];
  #openingCount = 0;
  #isClosed = false;
  #extraPause: NodeJS.Timeout | undefined;
  #onQuiet: () => void = () => undefined;

  constructor(peer: Peer, limits: H2Limits) {
    super();
    this.#peer = peer;
    this.#limits = limits;
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: StreamHandler): boolean {
    if (this.#isClosed || this.#isOverfull()) {
      handler.onError?.(this.#isClosed ? new SessionFailed('H2_CLOSED') : new QueueFull());
      return false;
    }
    const request = new H2Request(options, handler, this.#drop);
    handler.onConnection?.(request);
    this.#waiting.push(request);
    this.#serve();
    return true;
  }

  /** Requests under way and those that wait finish. */
  override close(): Promise<void>;
  override close(callback: () => void): void;
  override async close(callback?: () => void): Promise<void> {
    this.#isClosed = true;
    if (!this.#isQuiet()) await new Promise<void>((resolve) => (this.#onQuiet = resolve));
    await Promise.all(this.#sessions.map((session) => session.close()));
    callback?.();
  }

  override destroy(err?: Error | null): Promise<void>;
  override destroy(callback: () => void): void;
  override destroy(err: Error | null, callback: () => void): void;
  override async destroy(given?: Error | null | (() => void), callback?: () => void): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#extraPause);
    this.#failWaiting(new SessionFailed('H2_CLOSED'));
    this.#sessions.forEach((session) => session.destroy());
    await Promise.resolve();
    if (typeof given === 'function') given();
    callback?.();
  }

  get waitingCount(): number {
    return this.#waiting.count;
  }

  /** While the first connection opens, a request waits for it whatever the limit. */
  #isOverfull(): boolean {
    return this.#waiting.count > 0 && this.#waiting.count >= this.#limits.waitingCount;
  }

  #isQuiet(): boolean {
    return this.#waiting.count === 0 && this.#openingCount === 0;
  }

  /** One that waits was given up. */
  readonly #drop = (request: H2Request): void => this.#waiting.remove(request);

  readonly #serve = (): void => {
    this.#sessions = this.#sessions.filter(({ isOver }) => !isOver);
    while (this.#waiting.count > 0) {
      const session = leastLoaded(this.#sessions);
      const next = session && this.#waiting.shift();
      if (!next) break;
      next.sendOn(session, this.#peer);
    }
    if (this.#waiting.count > 0 && this.#mayOpen()) void this.#open();
    if (this.#isQuiet()) this.#onQuiet();
  };

  #mayOpen(): boolean {
    const usableCount = this.#usableCount();
    if (this.#openingCount > 0 || usableCount >= this.#limits.connectionCount) return false;
    return usableCount === 0 || this.#extraPause === undefined;
  }

  #usableCount(): number {
    return this.#sessions.filter(({ isUsable }) => isUsable).length;
  }

  async #open(): Promise<void> {
    this.#openingCount += 1;
    const { idleMs, pingMs = usualPingMs, requestsLimit = streamNumberCount } = this.#limits;
    try {
      const http2 = await openSession(this.#peer, this.#limits.headerBytes);
      this.#sessions = [...this.#sessions, new Session(http2, { idleMs, pingMs, requestsLimit }, this.#serve)];
    } catch (err) {
      this.#onNotOpened(err instanceof Error ? err : new SessionFailed('H2_NOT_SPOKEN'));
    } finally {
      this.#openingCount -= 1;
    }
    this.#serve();
  }

  /** What waits is served by the connection that there is, as it ends what it has. */
  #onNotOpened(err: Error): void {
    if (this.#usableCount() === 0) {
      this.#failWaiting(err);
      return;
    }
    const goOn = (): void => {
      this.#extraPause = undefined;
      this.#serve();
    };
    this.#extraPause = setTimeout(goOn, extraPauseMs).unref();
  }

  #failWaiting(err: Error): void {
    // Those that wait now: who hears of it may ask again at once.
    for (let left = this.#waiting.count; left > 0; left -= 1) this.#waiting.shift()?.fail(err);
  }
}

function leastLoaded(sessions: readonly Session[]): Session | undefined {
  const [first, ...others] = sessions.filter(({ hasRoom }) => hasRoom);
  return others.reduce((best, session) => (best && session.streamCount < best.streamCount ? session : best), first);
}
