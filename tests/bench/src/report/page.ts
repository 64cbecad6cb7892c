import { flagPercent } from '../contestants/surroundings.ts';
import { barsOf } from './bars.ts';
import { machineAlone } from './machine-alone.ts';
import { table } from './markdown.ts';
import type { RunResult } from './results.ts';
import { bodies, flips, latency, matching, memory, notMeasured, throughput } from './tables.ts';

/** The page of a run. The same result always gives the same page: nothing is written by hand. */
export function performancePage(result: RunResult): string {
  const chapters = [head, promises, throughput, machineAlone, latency, bodies, memory, matching, flips, how];
  const texts = chapters.map((chapter) => chapter(result)).filter((lines) => lines.length > 0);
  return `${texts.map((lines) => lines.join('\n').trimEnd()).join('\n\n')}\n`;
}

const partsOfPage = [
  'throughput',
  'latency',
  'downloads',
  'uploads',
  'matching',
  'flips',
  'idle',
  'webSockets',
  'soak',
] as const;

function head({ startedAt, command, machine, tookSeconds, figures }: RunResult): readonly string[] {
  const { processor, coreCount, memoryGibibytes, system, versions } = machine;
  const missing = partsOfPage.filter((part) => figures[part] === undefined);
  const named = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [
    '# Performance',
    '',
    'Written by the bench; every figure is of one run. Ratios say more than figures: they are taken between neighbours of the same round, on the same machine. Of each, the median over the rounds stands first, then the least and the most.',
    '',
    `- **Run:** ${startedAt}, \`${command}\`, ${Math.ceil(tookSeconds / 60)} minutes`,
    `- **Machine:** ${processor}, ${coreCount} cores, ${memoryGibibytes} GiB, ${system}`,
    `- **Versions:** ${named.join(', ')}`,
    ...(missing.length > 0 ? [`- **Not measured in this run:** ${missing.join(', ')}`] : []),
  ];
}

function promises({ figures }: RunResult): readonly string[] {
  const rows = barsOf(figures).map(({ promise, figure, isKept }) => [promise, figure, isKept ? 'kept' : '**missed**']);
  return rows.length === 0 ? [] : ['## Promises', '', ...table(['promise', 'measured', ''], rows, [0, 2])];
}

function how({ figures: { conditions }, upstream }: RunResult): readonly string[] {
  if (!conditions) return [];
  const { routeCount, askedCount, extractedCount, logLineCount } = conditions;
  return [
    '## How it is measured',
    '',
    `- The proxy under measurement has a core of its own; wrk and the upstream (${upstream}) share another one. Everybody gets the same requests, byte for byte: reads over all ${routeCount} routes by many users, each with a signed token.`,
    `- **Ours** is the facade's own program, built, with ${routeCount} routes, a flag at ${flagPercent} % from a real Unleash that is polled every second, RS256 tokens verified against a JWKS and remembered, metrics, trace and forwarding headers, and one log line per request, written asynchronously to a file. Before the run, ${askedCount} requests were looked at: ${extractedCount} went to the extracted side, ${logLineCount} log lines were written.`,
    '- **The others** do none of that and are set up at their best: kept connections to the upstream (not the default of http-proxy), no logging, NODE_ENV=production. @fastify/http-proxy runs in its default mode, undici. http-proxy-middleware is the newest line that supports Node 20. nginx and HAProxy run with one worker, one thread.',
    ...notMeasured,
  ];
}
