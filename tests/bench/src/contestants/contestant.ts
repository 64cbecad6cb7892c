import { setTimeout as pause } from 'node:timers/promises';
import type { GuardedProcess } from '@banyan/sandbox';
import { benchError } from '../bench-error.ts';

/** A proxy that runs on the measured core, or the upstream itself for a look without one. */
export interface Contestant {
  readonly name: string;
  readonly url: string;
  /** Undefined for `direct`. */
  readonly process: GuardedProcess | undefined;
  /** Done before each round, for example to empty a log. */
  readonly refresh?: () => Promise<void>;
}

const startTimeoutMs = 20_000;
const pollMs = 50;

/** @throws {BanyanError} BENCH_FAILED with its last lines when it ends or does not listen */
export async function untilListening({ name, url, process: child }: Contestant): Promise<void> {
  const deadline = Date.now() + startTimeoutMs;
  while (!(await answers(url))) {
    if (child?.hasExited === true || Date.now() > deadline)
      throw benchError(`${name} does not listen: ${child?.lastLines.slice(-5).join(' ') ?? ''}`, 'Start it by hand.');
    await pause(pollMs);
  }
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await answer.body?.cancel();
    return true;
  } catch {
    return false;
  }
}
