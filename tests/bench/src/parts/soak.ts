import { setTimeout as pause } from 'node:timers/promises';
import type { FacadeContestant } from '../contestants/facade.ts';
import type { Wrk } from '../load/wrk.ts';
import { residentBytes } from '../machine/process-figures.ts';
import { medianOf, slopeOf } from '../statistics.ts';

export interface SoakPlan {
  readonly connectionCount: number;
  readonly seconds: number;
  /** Until the program is compiled and its heap has found its size. */
  readonly warmUpSeconds: number;
  readonly sampleEverySeconds: number;
}

export interface MemorySample {
  readonly second: number;
  readonly residentMebibytes: number;
}

export interface SoakResult {
  readonly plan: SoakPlan;
  readonly requestsPerSecond: number;
  readonly p99Micros: number;
  readonly samples: readonly MemorySample[];
  /** Medians of the first minute after the warm-up and of the last one. */
  readonly firstMebibytes: number;
  readonly lastMebibytes: number;
  /** From the warm-up to the end. */
  readonly mebibytesPerMinute: number;
}

export const mebibytes = (bytes: number): number => bytes / 2 ** 20;

/** Full load for minutes; the memory of the facade is looked at all the while. */
export async function measureSoak(facade: FacadeContestant, wrk: Wrk, plan: SoakPlan): Promise<SoakResult> {
  const { connectionCount, seconds, warmUpSeconds, sampleEverySeconds } = plan;
  const samples: MemorySample[] = [];
  const startedAtMs = performance.now();
  const load = wrk.run({ url: facade.url, connectionCount, seconds });
  // A load that failed is met below; until then it is not an unhandled failure.
  load.catch(() => undefined);
  const now = (): number => (performance.now() - startedAtMs) / 1000;
  for (let next = sampleEverySeconds; next < seconds; next += sampleEverySeconds) {
    await pause(Math.max(0, next - now()) * 1000);
    const bytes = await residentBytes(facade.process.pid);
    samples.push({ second: Math.round(now()), residentMebibytes: Math.round(mebibytes(bytes) * 10) / 10 });
    // Minutes of log lines would fill the disk.
    await facade.refresh();
  }
  const { requestCount, durationMicros, p99Micros } = await load;
  return {
    plan,
    requestsPerSecond: (requestCount / durationMicros) * 1e6,
    p99Micros,
    samples,
    ...memoryFigures(samples, warmUpSeconds, Math.min(60, (seconds - warmUpSeconds) / 3)),
  };
}

/** @param windowSeconds - length of the first and of the last window */
export function memoryFigures(
  samples: readonly MemorySample[],
  warmUpSeconds: number,
  windowSeconds: number,
): Pick<SoakResult, 'firstMebibytes' | 'lastMebibytes' | 'mebibytesPerMinute'> {
  const warm = samples.filter(({ second }) => second >= warmUpSeconds);
  const lastSecond = warm.at(-1)?.second ?? 0;
  const inWindow = (from: number, to: number): readonly number[] =>
    warm.filter(({ second }) => second >= from && second <= to).map(({ residentMebibytes }) => residentMebibytes);
  return {
    firstMebibytes: medianOf(inWindow(warmUpSeconds, warmUpSeconds + windowSeconds)),
    lastMebibytes: medianOf(inWindow(lastSecond - windowSeconds, lastSecond)),
    mebibytesPerMinute: slopeOf(warm.map(({ second, residentMebibytes }) => [second / 60, residentMebibytes])),
  };
}
