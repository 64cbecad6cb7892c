import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { startTimeOf } from '../processes/process-identity.ts';

/** A process as it can be found again: the number alone may have been given to another by then. */
export const processRecordSchema = z.object({ name: z.string(), pid: z.number().int(), startTime: z.string() });
export type ProcessRecord = Readonly<z.infer<typeof processRecordSchema>>;

export async function recordOf(name: string, pid: number): Promise<ProcessRecord | undefined> {
  const startTime = await startTimeOf(pid);
  return startTime === undefined ? undefined : { name, pid, startTime };
}

export async function isAlive({ pid, startTime }: ProcessRecord): Promise<boolean> {
  return (await startTimeOf(pid)) === startTime;
}

const pollMs = 50;

/** Ends processes that a dead sandbox left behind: asks, waits up to `graceMs` for all, then kills. Others of the same number are left alone. */
export async function endLeftovers(records: readonly ProcessRecord[], graceMs: number): Promise<void> {
  await signalAll(records, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  while (Date.now() < deadline && (await anyAlive(records))) await pause(pollMs);
  await signalAll(records, 'SIGKILL');
  while (await anyAlive(records)) await pause(pollMs);
}

async function anyAlive(records: readonly ProcessRecord[]): Promise<boolean> {
  const answers = await Promise.all(records.map(isAlive));
  return answers.includes(true);
}

async function signalAll(records: readonly ProcessRecord[], signal: NodeJS.Signals): Promise<void> {
  for (const record of records) {
    if (!(await isAlive(record))) continue;
    try {
      process.kill(record.pid, signal);
    } catch {
      // It ended between the question and the signal.
    }
  }
}
