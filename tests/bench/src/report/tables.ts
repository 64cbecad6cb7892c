import { ours, passThrough } from '../contestants/start-all.ts';
import type { BodiesResult } from '../parts/bodies.ts';
import type { HeldResult } from '../parts/held.ts';
import { spreadOf } from '../statistics.ts';
import { table } from './markdown.ts';
import { addedTo, ratioTo, type Reading } from './paired.ts';
import type { RunResult } from './results.ts';
import { inMicros, inMillis, inPercent, inTimes, whole, wholes } from './units.ts';

/** A chapter of the page; empty when this run did not measure it. */
type Chapter = (result: RunResult) => readonly string[];

/** @returns the spread of one figure over the rounds of one contestant */
const over = <Round>(rounds: readonly Round[], of: Reading<Round>) => spreadOf(rounds.map(of));

export const throughput: Chapter = ({ figures: { throughput: results }, plans }) => {
  if (!results) return [];
  const { connectionCount, roundCount, seconds } = plans.throughput;
  const rows = results.map(({ name, rounds }) => {
    const ratio = name === ours ? undefined : ratioTo(results, name, ({ requestsPerSecond }) => requestsPerSecond);
    const cpu = over(rounds, ({ cpuMicrosPerRequest }) => cpuMicrosPerRequest).median;
    return [
      name,
      wholes(over(rounds, ({ requestsPerSecond }) => requestsPerSecond)),
      ratio ? inTimes(ratio) : '',
      cpu === 0 ? '' : cpu.toFixed(1),
      cpu === 0 ? '' : inPercent(over(rounds, ({ coreShare }) => coreShare).median),
      `${(over(rounds, ({ p99Micros }) => p99Micros).median / 1000).toFixed(1)} ms`,
    ];
  });
  return [
    '## Throughput',
    '',
    `Small JSON, ${connectionCount} connections, ${roundCount} rounds of ${seconds} s. Where a proxy uses less than about 95 % of its core, the load was the limit: its processor time per request says more then.`,
    '',
    ...table(['', 'requests/s', 'ours to it', 'µs of processor per request', 'of its core', 'p99'], rows),
  ];
};

export const latency: Chapter = ({ figures: { latency: results }, plans }) => {
  if (!results) return [];
  const { roundCount, seconds } = plans.latency;
  const rows = results.map(({ name, rounds }) => {
    const added = [
      addedTo(results, name, ({ p50Micros }) => p50Micros),
      addedTo(results, name, ({ p99Micros }) => p99Micros),
    ];
    const own = [over(rounds, ({ p50Micros }) => p50Micros), over(rounds, ({ p99Micros }) => p99Micros)];
    return [name, ...own.map(inMicros), ...added.map((spread) => (spread ? inMicros(spread) : ''))];
  });
  return [
    '## Latency at one connection',
    '',
    `Each request is sent when the answer to the one before is there; ${roundCount} rounds of ${seconds} s. Added is what a proxy takes more than no proxy, in the same round.`,
    '',
    ...table(['', 'p50', 'p99', 'added p50', 'added p99'], rows),
  ];
};

export const bodies: Chapter = ({ figures: { downloads, uploads }, plans }) => {
  if (!downloads || !uploads) return [];
  return [
    '## Large bodies',
    '',
    `Downloads of 64 MiB, ${plans.download.connectionCount} at a time, ${plans.download.roundCount} rounds of ${plans.download.seconds} s:`,
    '',
    ...bodyTable(downloads),
    '',
    `Uploads of 1 MiB by POST, ${plans.upload.connectionCount} at a time, to an upstream in Node that reads them to their end:`,
    '',
    ...bodyTable(uploads),
  ];
};

function bodyTable(results: readonly BodiesResult[]): readonly string[] {
  const rows = results.map(({ name, rounds }) => {
    const ratio = name === ours ? undefined : ratioTo(results, name, ({ mebibytesPerSecond }) => mebibytesPerSecond);
    const share = over(rounds, ({ coreShare }) => coreShare).median;
    return [
      name,
      wholes(over(rounds, ({ mebibytesPerSecond }) => mebibytesPerSecond)),
      ratio ? inTimes(ratio) : '',
      share === 0 ? '' : inPercent(share),
    ];
  });
  return table(['', 'MiB/s', 'ours to it', 'of its core'], rows);
}

export const memory: Chapter = ({ figures: { soak, idle, webSockets } }) => {
  if (!soak && !idle && !webSockets) return [];
  const load = soak && [
    `Full load (${soak.plan.connectionCount} connections, ${whole(soak.requestsPerSecond)} requests/s, p99 ${(soak.p99Micros / 1000).toFixed(1)} ms) for ${soak.plan.seconds} s. Resident memory of the facade, after ${soak.plan.warmUpSeconds} s to warm up: ${soak.firstMebibytes.toFixed(1)} MiB at first, ${soak.lastMebibytes.toFixed(1)} MiB at last (medians), ${soak.mebibytesPerMinute.toFixed(2)} MiB a minute by the line through all ${soak.samples.length} samples.`,
    '',
  ];
  const held = [
    ...heldRows('idle kept connections', idle),
    ...heldRows('WebSockets, two connections each', webSockets),
  ];
  const heads = ['', 'connections', 'before', 'open', 'later', 'each'];
  return ['## Memory', '', ...(load ?? []), ...(held.length > 0 ? table(heads, held) : [])];
};

function heldRows(what: string, results: readonly HeldResult[] = []): readonly (readonly string[])[] {
  return results.map((one) => [
    `${one.name}: ${what}`,
    whole(one.count),
    `${one.beforeMebibytes.toFixed(1)} MiB`,
    `${one.openedMebibytes.toFixed(1)} MiB`,
    `${one.heldMebibytes.toFixed(1)} MiB after ${one.holdSeconds} s`,
    `${one.kibibytesPerConnection.toFixed(1)} KiB`,
  ]);
}

export const matching: Chapter = ({ figures: { matching: result, tableSizes } }) => {
  if (!result || !tableSizes) return [];
  const nanoseconds = [result.fewNanoseconds, result.manyNanoseconds].map((spread) => `${wholes(spread)} ns`);
  const rows = tableSizes.map(({ name, rounds }, index) => [
    name.replace('10000', '10,000'),
    nanoseconds[index] ?? '',
    over(rounds, ({ cpuMicrosPerRequest }) => cpuMicrosPerRequest).median.toFixed(1),
    wholes(over(rounds, ({ requestsPerSecond }) => requestsPerSecond)),
  ]);
  return [
    '## Finding a route',
    '',
    'Look-ups of a thousand different paths, spread over the whole table, and whole requests through a facade with such a table.',
    '',
    ...table(['', 'look-up', 'µs of processor per request', 'requests/s'], rows),
  ];
};

export const flips: Chapter = ({ figures: { flips: results } }) => {
  if (!results) return [];
  const rows = results.map(({ how, times, milliseconds }) => [how, String(times), inMillis(milliseconds)]);
  return [
    '## Changing sides',
    '',
    'From giving the order to the answer of the first request that obeys it, with requests going on one after the other; there and back.',
    '',
    ...table(['', 'times', 'in effect after'], rows),
  ];
};

export const notMeasured: readonly string[] = [
  `- **The ${passThrough}** is the limit in Node: \`dispatch\` with raw header arrays from \`node:http\`'s server and to its answer. It removes no header, checks, decides, counts and logs nothing, so it is no proxy anybody could use.`,
  '- All programs run from the beginning to the end; in each round everybody is measured once, in alternating order. A run with one failed request ends without a page.',
  '- Several workers are not measured: with two cores, of which the load needs one, they would measure the load.',
];
