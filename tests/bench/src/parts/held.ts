import { setTimeout as pause } from 'node:timers/promises';
import type { GuardedProcess } from '@banyan/sandbox';
import { benchError } from '../bench-error.ts';
import type { ManyConnections } from '../load/many-connections.ts';
import { residentBytes } from '../machine/process-figures.ts';
import { mebibytes } from './soak.ts';

/** What so many open connections cost, and whether they cost more the longer they are open. */
export interface HeldResult {
  readonly name: string;
  readonly count: number;
  readonly beforeMebibytes: number;
  readonly openedMebibytes: number;
  readonly heldMebibytes: number;
  readonly holdSeconds: number;
  readonly kibibytesPerConnection: number;
}

const settleMs = 3_000;

export interface HeldOptions {
  readonly name: string;
  readonly process: GuardedProcess;
  readonly holdSeconds: number;
  readonly open: () => Promise<ManyConnections>;
}

/** @throws {BanyanError} BENCH_FAILED when one of them was closed meanwhile */
export async function measureHeld({ name, process, holdSeconds, open }: HeldOptions): Promise<HeldResult> {
  const resident = async (): Promise<number> => mebibytes(await residentBytes(process.pid));
  await pause(settleMs);
  const beforeMebibytes = await resident();
  const connections = await open();
  try {
    await pause(settleMs);
    const openedMebibytes = await resident();
    await pause(holdSeconds * 1000);
    const heldMebibytes = await resident();
    const [count, openCount] = [connections.count, connections.openCount()];
    if (openCount !== count) throw benchError(`${count - openCount} of ${count} were closed by ${name}.`, 'Look why.');
    const kibibytesPerConnection = ((openedMebibytes - beforeMebibytes) * 1024) / count;
    return { name, count, beforeMebibytes, openedMebibytes, heldMebibytes, holdSeconds, kibibytesPerConnection };
  } finally {
    connections.close();
  }
}
