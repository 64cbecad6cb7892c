import type { Contestant } from '../contestants/contestant.ts';
import type { Wrk } from '../load/wrk.ts';
import { cpuTimeMs } from '../machine/process-figures.ts';
import { inRounds } from '../rounds.ts';

/** One round of one contestant. */
export interface ThroughputRound {
  readonly requestsPerSecond: number;
  /** Processor time of the proxy per request; 0 for `direct`. Says the same as the throughput where the proxy is the bottleneck. */
  readonly cpuMicrosPerRequest: number;
  /** Share of its core that the proxy used; well below 1, the load was the bottleneck, not the proxy. */
  readonly coreShare: number;
  readonly p50Micros: number;
  readonly p99Micros: number;
}

export interface ThroughputResult {
  readonly name: string;
  readonly rounds: readonly ThroughputRound[];
}

export interface LoadPlan {
  readonly connectionCount: number;
  readonly warmUpSeconds: number;
  readonly seconds: number;
  readonly roundCount: number;
}

/** @param wrkFor - the load that a contestant gets; the same one for all, but where their routes differ */
export async function measureThroughput(
  contestants: readonly Contestant[],
  wrkFor: (one: Contestant) => Wrk,
  plan: LoadPlan,
): Promise<readonly ThroughputResult[]> {
  const { connectionCount, warmUpSeconds, seconds, roundCount } = plan;
  // Node compiles what is used often; before that it is another program.
  for (const one of contestants) await wrkFor(one).run({ url: one.url, connectionCount, seconds: warmUpSeconds });
  const measured = await inRounds({ contestants, roundCount }, async (one): Promise<ThroughputRound> => {
    await one.refresh?.();
    const cpuBeforeMs = await cpuOf(one);
    const report = await wrkFor(one).run({ url: one.url, connectionCount, seconds });
    const cpuMs = (await cpuOf(one)) - cpuBeforeMs;
    const { requestCount, durationMicros, p50Micros, p99Micros } = report;
    return {
      requestsPerSecond: (requestCount / durationMicros) * 1e6,
      cpuMicrosPerRequest: (cpuMs * 1000) / requestCount,
      coreShare: (cpuMs * 1000) / durationMicros,
      p50Micros,
      p99Micros,
    };
  });
  return measured.map(({ contestant, rounds }) => ({ name: contestant.name, rounds }));
}

async function cpuOf({ process: child }: Contestant): Promise<number> {
  return child ? cpuTimeMs(child.pid) : 0;
}
