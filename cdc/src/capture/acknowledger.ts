import { createBackoff } from '../bus/backoff.ts';
import type { CaptureFailpoint } from './failpoint.ts';

export interface AcknowledgerParts {
  /** Writes the position into the source database. */
  readonly record: (lsn: bigint) => Promise<void>;
  /** Tells the slot. */
  readonly confirm: (lsn: bigint) => void;
  /** At most one acknowledgement in this time: each is a small transaction on the source. */
  readonly intervalMs: number;
  readonly onFailure: (err: unknown) => void;
  readonly failpoint: CaptureFailpoint;
}

/**
 * Acknowledges positions: first in our record, then to the slot. A crash between the two makes the slot send again what was applied, which
 * the version guard drops; the other order would make a slot that is merely ahead look like one that was made again.
 */
export interface Acknowledger {
  /** Everything before `lsn` is durable. Returns at once; several calls in an interval become one acknowledgement. */
  reached(lsn: bigint): void;
  /** Writes what was reached and stops. */
  close(): Promise<void>;
}

export function createAcknowledger(parts: AcknowledgerParts): Acknowledger {
  const { record, confirm, intervalMs, onFailure, failpoint } = parts;
  const pause = createBackoff({ firstMs: intervalMs, maxMs: intervalMs });
  const closing = new AbortController();
  let reachedLsn = 0n;
  let acknowledgedLsn = 0n;
  let running: Promise<void> | undefined;

  async function acknowledge(): Promise<void> {
    const lsn = reachedLsn;
    await failpoint('before-acknowledge');
    await record(lsn);
    await failpoint('acknowledge-recorded');
    confirm(lsn);
    acknowledgedLsn = lsn;
    await failpoint('acknowledged');
  }

  async function run(): Promise<void> {
    try {
      while (reachedLsn > acknowledgedLsn) {
        await acknowledge();
        await pause.pause(closing.signal);
      }
    } catch (err) {
      onFailure(err);
    } finally {
      // In the same turn as the last look at what was reached: whoever reaches more later starts a new run.
      running = undefined;
    }
  }

  return {
    reached(lsn) {
      // After the end of a connection its last chunks may still become durable; the next connection sends them again.
      if (closing.signal.aborted || lsn <= reachedLsn) return;
      reachedLsn = lsn;
      running ??= run();
    },
    async close() {
      closing.abort();
      await running;
      if (reachedLsn > acknowledgedLsn) await acknowledge().catch(onFailure);
    },
  };
}
