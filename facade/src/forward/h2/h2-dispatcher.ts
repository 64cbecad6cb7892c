import type { Dispatcher } from 'undici';
import { PeerDispatcher, type DispatcherLimits } from '../dispatch/peer-dispatcher.ts';
import type { Peer } from '../instances/peer.ts';
import type { StreamHandler } from '../stream-handler.ts';
import { H2Request } from './h2-request.ts';
import { openSession, SessionFailed } from './open-session.ts';
import { Session, streamNumberCount } from './session.ts';

export interface H2Limits extends DispatcherLimits {
  /** See `SessionLimits`; 10 s. */
  readonly pingMs?: number | undefined;
  /** Of one connection; see `SessionLimits`. */
  readonly requestsLimit?: number | undefined;
}

const usualPingMs = 10_000;
// From one more connection that failed to the next try, while another one serves.
const extraPauseMs = 1_000;

/**
 * Sends requests over HTTP/2 to one peer. A connection carries as many streams as its server takes; more connections are
 * opened when it takes no more.
 */
export class H2Dispatcher extends PeerDispatcher<H2Request> {
  readonly #peer: Peer;
  readonly #limits: H2Limits;
  #sessions: readonly Session[] = [];
  #openingCount = 0;
  /** What still opens is ended when it has. */
  #isCut = false;
  #extraPause: NodeJS.Timeout | undefined;

  constructor(peer: Peer, limits: H2Limits) {
    super();
    this.#peer = peer;
    this.#limits = limits;
  }

  protected override take(options: Dispatcher.DispatchOptions, handler: StreamHandler): void {
    const request = new H2Request(options, handler, this.#drop);
    handler.onConnection?.(request);
    this.waiting.push(request);
    this.#serve();
  }

  /** While the first connection opens, a request waits for it whatever the limit. */
  override get isFull(): boolean {
    return this.waiting.count > 0 && this.waiting.count >= this.#limits.waitingCount;
  }

  protected override get isQuiet(): boolean {
    return this.waiting.count === 0 && this.#openingCount === 0;
  }

  protected override closedError(): SessionFailed {
    return new SessionFailed('H2_CLOSED');
  }

  protected override async finish(): Promise<void> {
    await this.untilQuiet();
    await Promise.all(this.#sessions.map((session) => session.close()));
  }

  protected override cutConnections(): void {
    this.#isCut = true;
    clearTimeout(this.#extraPause);
    this.#sessions.forEach((session) => session.destroy());
  }

  /** One that waits was given up. */
  readonly #drop = (request: H2Request): void => this.waiting.remove(request);

  readonly #serve = (): void => {
    this.#sessions = this.#sessions.filter(({ isOver }) => !isOver);
    while (this.waiting.count > 0) {
      const session = leastLoaded(this.#sessions);
      const next = session && this.waiting.shift();
      if (!next) break;
      next.sendOn(session, this.#peer);
    }
    if (this.waiting.count > 0 && this.#mayOpen()) void this.#open();
    this.tellQuiet();
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
      const opened = await openSession(this.#peer, this.#limits.headerBytes);
      const session = new Session(opened, { idleMs, pingMs, requestsLimit }, this.#serve);
      if (this.#isCut) session.destroy();
      else this.#sessions = [...this.#sessions, session];
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
      this.failWaiting(err);
      return;
    }
    const goOn = (): void => {
      this.#extraPause = undefined;
      this.#serve();
    };
    this.#extraPause = setTimeout(goOn, extraPauseMs).unref();
  }
}

function leastLoaded(sessions: readonly Session[]): Session | undefined {
  const [first, ...others] = sessions.filter(({ hasRoom }) => hasRoom);
  return others.reduce((best, session) => (best && session.streamCount < best.streamCount ? session : best), first);
}
