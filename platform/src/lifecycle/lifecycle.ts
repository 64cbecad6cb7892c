import { BanyanError, messageOf } from '../banyan-error.ts';
import type { Logger } from '../logger.ts';

export type Release = () => Promise<void> | void;

/** What was opened, to be closed last-in-first-out. */
export interface Lifecycle {
  /** @throws {BanyanError} LIFECYCLE_CLOSED once closing has begun */
  onClose(name: string, release: Release): void;
  /** Releases everything once, newest first; later calls get the same promise. A failing release is logged, the others still run. */
  close(reason: string): Promise<void>;
  readonly isClosing: boolean;
}

export interface LifecycleParts {
  readonly log: Logger;
  /** After this long `close` stops waiting for one release and goes on with the next. */
  readonly releaseTimeoutMs?: number;
}

export function createLifecycle({ log, releaseTimeoutMs = 10_000 }: LifecycleParts): Lifecycle {
  const releases: { readonly name: string; readonly release: Release }[] = [];
  let closing: Promise<void> | undefined;

  async function releaseAll(reason: string): Promise<void> {
    log.info({ event: 'process.closing', reason }, `closing: ${reason}`);
    for (const { name, release } of releases.toReversed()) await releaseOne(name, release);
    log.info({ event: 'process.closed' }, 'closed');
  }

  async function releaseOne(name: string, release: Release): Promise<void> {
    try {
      await withDeadline(Promise.resolve(release()), releaseTimeoutMs, name);
    } catch (err) {
      log.error({ event: 'release.failed', part: name, err }, `${name} did not close: ${messageOf(err)}`);
    }
  }

  return {
    onClose(name, release) {
      if (closing)
        throw new BanyanError('LIFECYCLE_CLOSED', `"${name}" was opened while the process closes.`, {
          remedy: 'Open parts only before closing begins.',
          concerning: name,
        });
      releases.push({ name, release });
    },
    close: (reason) => (closing ??= releaseAll(reason)),
    get isClosing() {
      return closing !== undefined;
    },
  };
}

/** Rejects with DEADLINE_PASSED when `work` takes longer than `timeoutMs`. The work itself goes on; its late result or failure is dropped. */
export async function withDeadline<T>(work: Promise<T>, timeoutMs: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(deadlinePassed(what, timeoutMs)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function deadlinePassed(what: string, timeoutMs: number): BanyanError {
  return new BanyanError('DEADLINE_PASSED', `${what} took longer than ${timeoutMs} ms.`, {
    remedy: 'Look at what it waits for; raise the deadline only if that is healthy.',
    concerning: what,
  });
}
