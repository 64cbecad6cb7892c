import type { Server, Socket } from 'node:net';
import type { ConnectionList } from './connection-list.ts';

export interface DrainTimes {
  readonly graceMs: number;
  readonly idleGraceMs: number;
}

export interface Drain {
  /** Answers say from now on that they are the last on their connections. */
  isDraining(): boolean;
  isIdleOver(): boolean;
  /** A connection has gone. */
  onGone(): void;
  close(times: DrainTimes): Promise<void>;
}

/**
 * A connection that was kept alive is closed with its next answer, which says so; closed at once it would take with it the
 * request that its client is just writing, and a client cannot repeat that one unless it is idempotent. One that stays
 * idle is closed after the idle grace: no client may hold a drain by doing nothing. All are cut after the grace.
 *
 * @param handedOver - connections that are no HTTP any more
 */
export function drainOf(server: Server, list: ConnectionList, handedOver: ReadonlySet<Socket>): Drain {
  let closing: Promise<void> | undefined;
  let isIdleOver = false;
  let onLastGone = (): void => undefined;
  const isLastGone = (): boolean => list.isEmpty && handedOver.size === 0;

  const close = async ({ graceMs, idleGraceMs }: DrainTimes): Promise<void> => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    list.each((one) => one.letGo());
    const endIdle = (): void => {
      isIdleOver = true;
      list.each((one) => one.endIdle());
    };
    const idle = setTimeout(endIdle, Math.min(idleGraceMs, graceMs));
    if (idleGraceMs === 0) endIdle();
    const cut = setTimeout(() => {
      list.each((one) => one.destroy());
      handedOver.forEach((socket) => socket.destroy());
    }, graceMs);
    await closed;
    // Those that somebody else accepted: the close of the server knows nothing of them.
    if (!isLastGone()) await new Promise<void>((resolve) => (onLastGone = resolve));
    clearTimeout(idle);
    clearTimeout(cut);
  };
  return {
    isDraining: () => closing !== undefined,
    isIdleOver: () => isIdleOver,
    onGone: () => {
      if (isLastGone()) onLastGone();
    },
    close: (times) => (closing ??= close(times)),
  };
}
