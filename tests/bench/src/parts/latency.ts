import type { Contestant } from '../contestants/contestant.ts';
import type { Wrk } from '../load/wrk.ts';
import { inRounds } from '../rounds.ts';
import type { LoadPlan } from './throughput.ts';

/** One round of one contestant at one connection: each request is sent when the answer to the one before is there. */
export interface LatencyRound {
  readonly p50Micros: number;
  readonly p90Micros: number;
  readonly p99Micros: number;
}

export interface LatencyResult {
  readonly name: string;
  readonly rounds: readonly LatencyRound[];
}

export async function measureLatency(
  contestants: readonly Contestant[],
  wrk: Wrk,
  { connectionCount, warmUpSeconds, seconds, roundCount }: LoadPlan,
): Promise<readonly LatencyResult[]> {
  for (const { url } of contestants) await wrk.run({ url, connectionCount, seconds: warmUpSeconds });
  const measured = await inRounds({ contestants, roundCount }, async (one): Promise<LatencyRound> => {
    await one.refresh?.();
    const { p50Micros, p90Micros, p99Micros } = await wrk.run({ url: one.url, connectionCount, seconds });
    return { p50Micros, p90Micros, p99Micros };
  });
  return measured.map(({ contestant, rounds }) => ({ name: contestant.name, rounds }));
}
