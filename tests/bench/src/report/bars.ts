import { direct, ours, passThrough } from '../contestants/start-all.ts';
import type { LatencyRound } from '../parts/latency.ts';
import { addedTo, paired, ratioTo, type Reading } from './paired.ts';
import type { Figures } from './results.ts';
import { inMicros, inTimes, whole } from './units.ts';

/** One promise, the figure of this run, and whether it is kept. */
export interface Bar {
  readonly promise: string;
  readonly figure: string;
  readonly isKept: boolean;
}

/** Every bar of which this run has the figures. */
export function barsOf(figures: Figures): readonly Bar[] {
  return [throughputBars, latencyBars, bodyBars, memoryBars, matchingBars, flipBars].flatMap((bars) => bars(figures));
}

const throughputPromises = [
  { peer: passThrough, times: 0.85 },
  { peer: 'http-proxy', times: 1.4 },
  { peer: '@fastify/http-proxy', times: 1.4 },
  { peer: 'http-proxy-middleware', times: 3 },
] as const;

function throughputBars({ throughput }: Figures): readonly Bar[] {
  return throughputPromises.flatMap(({ peer, times }) => {
    const ratio = ratioTo(throughput, peer, ({ requestsPerSecond }) => requestsPerSecond);
    if (!ratio) return [];
    const cpu = ratioTo(throughput, peer, ({ cpuMicrosPerRequest }) => 1 / cpuMicrosPerRequest);
    const byCpu = cpu ? `; by processor time ${cpu.median.toFixed(2)} ×` : '';
    const promise = `throughput ≥ ${times} × ${peer}${peer === passThrough ? ' (goal 0.90 ×)' : ''}`;
    return [{ promise, figure: inTimes(ratio) + byCpu, isKept: ratio.median >= times }];
  });
}

function latencyBars({ latency }: Figures): readonly Bar[] {
  const promises = [
    { what: 'p50', limitMicros: 60, of: ({ p50Micros }: LatencyRound) => p50Micros },
    { what: 'p99', limitMicros: 200, of: ({ p99Micros }: LatencyRound) => p99Micros },
  ];
  return promises.flatMap(({ what, limitMicros, of }) => {
    const added = addedTo(latency, ours, of);
    if (!added) return [];
    const promise = `added ${what} at one connection ≤ ${limitMicros} µs`;
    const figure = [inMicros(added), ...leastAdded(latency, of)].join('; ');
    return [{ promise, figure, isKept: added.median <= limitMicros }];
  });
}

/** What the machine itself asks of every proxy: the best figure among the others. */
function leastAdded(latency: Figures['latency'], of: Reading<LatencyRound>): readonly string[] {
  const others = (latency ?? []).flatMap(({ name }) => {
    const added = name === ours || name === direct ? undefined : addedTo(latency, name, of);
    return added ? [{ name, median: added.median }] : [];
  });
  const [best] = others.toSorted((one, other) => one.median - other.median);
  return best ? [`the least of the others is ${whole(best.median)} µs (${best.name})`] : [];
}

function bodyBars({ downloads, uploads }: Figures): readonly Bar[] {
  const promises = [
    { what: 'POST of 1 MiB', results: uploads },
    { what: 'download of 64 MiB', results: downloads },
  ];
  return promises.flatMap(({ what, results }) => {
    const ratio = ratioTo(results, passThrough, ({ mebibytesPerSecond }) => mebibytesPerSecond);
    if (!ratio) return [];
    return [{ promise: `${what} ≥ 0.95 × ${passThrough}`, figure: inTimes(ratio), isKept: ratio.median >= 0.95 }];
  });
}

/** Memory is called flat when its end is at most this much above its beginning. */
const flatTimes = 1.05;

function memoryBars({ soak, idle, webSockets }: Figures): readonly Bar[] {
  const bar = (what: string, first: number, last: number): Bar => ({
    promise: `memory flat (≤ ${flatTimes} ×) ${what}`,
    figure: `${first.toFixed(1)} → ${last.toFixed(1)} MiB, ${(last / first).toFixed(2)} ×`,
    isKept: last <= first * flatTimes,
  });
  const held = {
    idle: idle?.find(({ name }) => name === ours),
    sockets: webSockets?.find(({ name }) => name === ours),
  };
  return [
    ...(soak ? [bar(`over ${inTime(soak.plan.seconds)} at full load`, soak.firstMebibytes, soak.lastMebibytes)] : []),
    ...(held.idle
      ? [bar(`with ${held.idle.count} idle connections`, held.idle.openedMebibytes, held.idle.heldMebibytes)]
      : []),
    ...(held.sockets
      ? [bar(`with ${held.sockets.count} WebSockets`, held.sockets.openedMebibytes, held.sockets.heldMebibytes)]
      : []),
  ];
}

const inTime = (seconds: number): string => (seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} minutes`);

function matchingBars({ matching, tableSizes }: Figures): readonly Bar[] {
  const cost = paired(tableSizes, ['10000 routes', '10 routes'], (many, few) => {
    return many.cpuMicrosPerRequest / few.cpuMicrosPerRequest;
  });
  const bars: Bar[] = [];
  if (matching) {
    const [few, many] = matching.routeCounts;
    const promise = `finding a route, ${few} → ${many} routes, ≤ 2 ×`;
    bars.push({ promise, figure: `${matching.ratio.toFixed(2)} ×`, isKept: matching.ratio <= 2 });
  }
  if (cost) {
    const promise = 'a whole request, 10 → 10000 routes, ≤ 2 × of processor time';
    bars.push({ promise, figure: inTimes(cost), isKept: cost.median <= 2 });
  }
  return bars;
}

/** From the order, by any way that needs no flag server, to the first request that obeys. */
function flipBars({ flips = [] }: Figures): readonly Bar[] {
  return flips.flatMap(({ how, milliseconds: { most }, limitMs }) =>
    limitMs === undefined
      ? []
      : [
          {
            promise: `${how}: in effect within ${limitMs} ms`,
            figure: `at most ${most.toFixed(1)} ms`,
            isKept: most <= limitMs,
          },
        ],
  );
}
