import { passThrough } from '../contestants/start-all.ts';
import { flagPercent } from '../contestants/facade.ts';
import { spreadOf } from '../statistics.ts';
import { addedTo, barsOf, inMicros, inTimes, ratioTo } from './bars.ts';
import { table, whole } from './markdown.ts';
import { ours, type RunResult } from './results.ts';

/** The page of a run. The same result always gives the same page: nothing is written by hand. */
export function performancePage(result: RunResult): string {
  const parts = [head(result), bars(result), throughput(result), latency(result), how(result)];
  return `${parts
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function head({ startedAt, command, machine, tookSeconds }: RunResult): readonly string[] {
  const { processor, coreCount, memoryGibibytes, system, versions } = machine;
  return [
    '# Performance',
    '',
    'Written by the bench; every figure is of one run. Ratios say more than figures: they are taken between neighbours of the same round, on the same machine. Of each, the median over the rounds stands first, then the least and the most.',
    '',
    `- **Run:** ${startedAt}, \`${command}\`, ${Math.round(tookSeconds / 60)} minutes`,
    `- **Machine:** ${processor}, ${coreCount} cores, ${memoryGibibytes} GiB, ${system}`,
    `- **Versions:** ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
  ];
}

function bars(result: RunResult): readonly string[] {
  const rows = barsOf(result).map(({ promise, figure, isKept }) => [promise, figure, isKept ? 'kept' : '**missed**']);
  if (rows.length === 0) return [];
  return ['## Promises', '', ...table(['promise', 'measured', ''], rows, [0, 2])];
}

function throughput({ throughput: results, plans }: RunResult): readonly string[] {
  if (!results) return [];
  const rows = results.map(({ name, rounds }) => {
    const rate = spreadOf(rounds.map(({ requestsPerSecond }) => requestsPerSecond));
    const ratio = name === ours ? undefined : ratioTo(results, name, ({ requestsPerSecond }) => requestsPerSecond);
    const cpu = spreadOf(rounds.map(({ cpuMicrosPerRequest }) => cpuMicrosPerRequest));
    const share = spreadOf(rounds.map(({ coreShare }) => coreShare));
    const p99 = spreadOf(rounds.map(({ p99Micros }) => p99Micros));
    return [
      name,
      `${whole(rate.median)} (${whole(rate.least)}–${whole(rate.most)})`,
      ratio ? inTimes(ratio) : '',
      cpu.median === 0 ? '' : cpu.median.toFixed(1),
      cpu.median === 0 ? '' : `${Math.round(share.median * 100)} %`,
      `${(p99.median / 1000).toFixed(1)} ms`,
    ];
  });
  const { connectionCount, roundCount, seconds } = plans.throughput;
  return [
    '## Throughput',
    '',
    `Small JSON, ${connectionCount} connections, ${roundCount} rounds of ${seconds} s. Where a proxy uses less than about 95 % of its core, the load was the limit: its processor time per request says more then.`,
    '',
    ...table(['', 'requests/s', 'ours to it', 'µs of processor per request', 'of its core', 'p99'], rows),
  ];
}

function latency({ latency: results, plans }: RunResult): readonly string[] {
  if (!results) return [];
  const rows = results.map(({ name, rounds }) => {
    const p50 = spreadOf(rounds.map(({ p50Micros }) => p50Micros));
    const p99 = spreadOf(rounds.map(({ p99Micros }) => p99Micros));
    const addedP50 = addedTo(results, name, ({ p50Micros }) => p50Micros);
    const addedP99 = addedTo(results, name, ({ p99Micros }) => p99Micros);
    return [name, inMicros(p50), inMicros(p99), addedP50 ? inMicros(addedP50) : '', addedP99 ? inMicros(addedP99) : ''];
  });
  const { roundCount, seconds } = plans.latency;
  return [
    '## Latency at one connection',
    '',
    `Each request is sent when the answer to the one before is there; ${roundCount} rounds of ${seconds} s. Added is what a proxy takes more than no proxy, in the same round.`,
    '',
    ...table(['', 'p50', 'p99', 'added p50', 'added p99'], rows),
  ];
}

function how({ conditions, upstream }: RunResult): readonly string[] {
  const { routeCount, askedCount, extractedCount, logLineCount } = conditions;
  return [
    '## How it is measured',
    '',
    `- The proxy under measurement has a core of its own; wrk and the upstream (${upstream}) share another one. Everybody gets the same requests, byte for byte: reads over all ${routeCount} routes by many users, each with a signed token.`,
    `- **Ours** is the facade's own program, built, with ${routeCount} routes, a flag at ${flagPercent} % from a real Unleash that is polled every second, RS256 tokens verified against a JWKS and remembered, metrics, trace and forwarding headers, and one log line per request, written asynchronously to a file. Before the run, ${askedCount} requests were looked at: ${extractedCount} went to the extracted side, ${logLineCount} log lines were written.`,
    '- **The others** do none of that and are set up at their best: kept connections to the upstream (not the default of http-proxy), no logging, NODE_ENV=production. @fastify/http-proxy runs in its default mode, undici. http-proxy-middleware is the newest line that supports Node 20. nginx and HAProxy run with one worker, one thread.',
    `- **The ${passThrough}** is the limit in Node: \`dispatch\` with raw header arrays from \`node:http\`'s server and to its answer. It removes no header, checks, decides, counts and logs nothing, so it is no proxy anybody could use.`,
    '- All programs run from the beginning to the end; in each round everybody is measured once, in alternating order. A run with one failed request ends without a page.',
    '- Several workers are not measured: with two cores, of which the load needs one, they would measure the load.',
  ];
}
