import { once } from 'node:events';
import { connect } from 'node:net';
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

export async function stopAll(contestants: readonly Contestant[]): Promise<void> {
  await Promise.all(contestants.map(async (one) => one.process?.stop()));
}

const startTimeoutMs = 20_000;
const pollMs = 50;

/** @throws {BanyanError} BENCH_FAILED with its last lines when it ends or does not answer */
export async function untilListening({ name, url, process: child }: Contestant): Promise<void> {
  await untilTrue({ name, process: child }, async () => {
    const answer = await fetch(url, { signal: AbortSignal.timeout(1_000) });
    await answer.body?.cancel();
  });
}

export interface Accepting {
  readonly name: string;
  readonly port: number;
  readonly process: GuardedProcess;
}

/** For a proxy before an upstream that must not see a request yet. */
export async function untilAccepting({ name, port, process: child }: Accepting): Promise<void> {
  await untilTrue({ name, process: child }, async () => {
    const socket = connect({ host: '127.0.0.1', port });
    await once(socket, 'connect');
    socket.destroy();
  });
}

async function untilTrue(one: Pick<Contestant, 'name' | 'process'>, look: () => Promise<void>): Promise<void> {
  const { name, process: child } = one;
  const deadline = Date.now() + startTimeoutMs;
  while (!(await succeeds(look))) {
    if (child?.hasExited === true || Date.now() > deadline)
      throw benchError(`${name} does not listen: ${child?.lastLines.slice(-5).join(' ') ?? ''}`, 'Start it by hand.');
    await pause(pollMs);
  }
}

async function succeeds(look: () => Promise<void>): Promise<boolean> {
  try {
    await look();
    return true;
  } catch {
    return false;
  }
}
