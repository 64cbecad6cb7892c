import { messageOf } from '../legacy-error.ts';
import { msUntilLocalHour } from '../local-time.ts';
import type { Log } from '../log.ts';

export interface NightlyParts {
  /** Seoul's clock. */
  readonly hour: number;
  readonly log: Log;
  readonly job: () => Promise<Readonly<Record<string, unknown>>>;
}

/** Runs `job` every night at the hour; a failed night is logged, the next one comes. Several processes may do so: the job bears it. */
export function scheduleNightly({ hour, log, job }: NightlyParts): { close(): void } {
  let timer: NodeJS.Timeout;
  const arm = (skipMs: number): void => {
    const waitMs = skipMs + msUntilLocalHour(hour, new Date(Date.now() + skipMs));
    timer = setTimeout(() => void run(), waitMs).unref();
  };
  const run = async (): Promise<void> => {
    // A timer may fire a little early: a minute later tonight's hour is surely past.
    arm(60_000);
    try {
      log.info({ event: 'nightly.done', ...(await job()) }, 'nightly job done');
    } catch (err) {
      log.error({ event: 'nightly.failed', reason: messageOf(err) }, 'nightly job failed');
    }
  };
  arm(0);
  return { close: () => clearTimeout(timer) };
}
