import { direct, passThrough } from '../contestants/start-all.ts';
import { spreadOf, type Spread } from '../statistics.ts';
import { ours, type RunResult } from './results.ts';

/** One promise, the figure of this run, and whether it is kept. */
export interface Bar {
  readonly promise: string;
  readonly figure: string;
  readonly isKept: boolean;
}

/** Every bar of which this run has the figures. */
export function barsOf(result: RunResult): readonly Bar[] {
  return [...throughputBars(result), ...latencyBars(result)];
}

const throughputPromises = [
  { peer: passThrough, times: 0.85 },
  { peer: 'http-proxy', times: 1.4 },
  { peer: '@fastify/http-proxy', times: 1.4 },
  { peer: 'http-proxy-middleware', times: 3 },
] as const;

function throughputBars({ throughput }: RunResult): readonly Bar[] {
  return throughputPromises.flatMap(({ peer, times }) => {
    const ratio = ratioTo(throughput, peer, ({ requestsPerSecond }) => requestsPerSecond);
    if (!ratio) return [];
    const cpu = ratioTo(throughput, peer, ({ cpuMicrosPerRequest }) => 1 / cpuMicrosPerRequest);
    const byCpu = cpu ? `; by processor time ${cpu.median.toFixed(2)} ×` : '';
    const promise = `throughput ≥ ${times} × ${peer}${peer === passThrough ? ' (goal 0.90 ×)' : ''}`;
    return [{ promise, figure: inTimes(ratio) + byCpu, isKept: ratio.median >= times }];
  });
}

const latencyPromises = [
  { what: 'p50', limitMicros: 60, of: (round: { p50Micros: number }) => round.p50Micros },
  { what: 'p99', limitMicros: 200, of: (round: { p99Micros: number }) => round.p99Micros },
] as const;

function latencyBars({ latency }: RunResult): readonly Bar[] {
  return latencyPromises.flatMap(({ what, limitMicros, of }) => {
    const added = addedTo(latency, ours, of as Reading<LatencyFigures>);
    if (!added) return [];
    const promise = `added ${what} at one connection ≤ ${limitMicros} µs`;
    return [{ promise, figure: inMicros(added), isKept: added.median <= limitMicros }];
  });
}

type LatencyFigures = NonNullable<RunResult['latency']>[number]['rounds'][number];
type Reading<Round> = (round: Round) => number;
interface Named<Round> {
  readonly name: string;
  readonly rounds: readonly Round[];
}

/** Ours to a peer's, round by round: only figures of the same round are compared. */
export function ratioTo<Round>(
  results: readonly Named<Round>[] | undefined,
  peer: string,
  of: Reading<Round>,
): Spread | undefined {
  return paired(results, [ours, peer], (our, their) => of(our) / of(their));
}

/** What a proxy adds to the answer without one, round by round. */
export function addedTo<Round>(
  results: readonly Named<Round>[] | undefined,
  name: string,
  of: Reading<Round>,
): Spread | undefined {
  return paired(results, [name, direct], (proxied, plain) => of(proxied) - of(plain));
}

function paired<Round>(
  results: readonly Named<Round>[] | undefined,
  [first, second]: readonly [string, string],
  combine: (first: Round, second: Round) => number,
): Spread | undefined {
  const roundsOf = (name: string): readonly Round[] => results?.find((one) => one.name === name)?.rounds ?? [];
  const others = roundsOf(second);
  const values = roundsOf(first).flatMap((round, index) => {
    const other = others[index];
    return other === undefined ? [] : [combine(round, other)];
  });
  return values.length === 0 ? undefined : spreadOf(values);
}

export function inTimes({ median, least, most }: Spread): string {
  return `${median.toFixed(2)} × (${least.toFixed(2)}–${most.toFixed(2)})`;
}

export function inMicros({ median, least, most }: Spread): string {
  return `${Math.round(median)} µs (${Math.round(least)}–${Math.round(most)})`;
}
