import { leastGapMicros, longGapMicros, workMicros } from '../machine/clock-gaps.ts';
import type { MachineAlone } from '../parts/machine-alone.ts';
import { table } from './markdown.ts';
import type { RunResult } from './results.ts';
import { whole } from './units.ts';

/** Stands before the latencies, so that a reader knows how much of them is the machine's. */
export function machineAlone({ figures: { machineAlone: around } }: RunResult): readonly string[] {
  if (!around) return [];
  const { before, after } = around;
  const rows = lines.map(([what, of]) => [what, of(before), of(after)]);
  return [
    '## The machine alone',
    '',
    `A loop on the core of the proxy, which does nothing but read the clock for ${whole(before.gaps.seconds)} s while no proxy has a request, sees when the core is not there: where more than 1 % of all work of ${workMicros} µs loses more than ${longGapMicros} µs, a 99th percentile within ${longGapMicros} µs is not in the hands of a program. The round trips are ${whole(before.roundTrips.count)} exchanges of 100 bytes over loopback TCP between processes on the two cores, blocking and without HTTP: a proxy adds at least one of them to each request.`,
    '',
    ...table(['', 'before the latencies', 'after them'], rows),
  ];
}

const lines: readonly (readonly [what: string, of: (alone: MachineAlone) => string])[] = [
  [`time lost in gaps above ${leastGapMicros} µs`, ({ gaps }) => inTenths(gaps.lostShare)],
  ['time that other programs on this machine had the core', ({ gaps }) => inTenths(gaps.takenShare)],
  [`gaps above ${longGapMicros} µs each second`, ({ gaps }) => gaps.longGapsPerSecond.toFixed(1)],
  ['longest gap', ({ gaps }) => `${whole(gaps.longestGapMicros)} µs`],
  [`p99 of work of ${workMicros} µs`, ({ gaps }) => `${whole(gaps.workP99Micros)} µs`],
  [`work of ${workMicros} µs that loses more than ${longGapMicros} µs`, ({ gaps }) => inTenths(gaps.delayedShare)],
  ['p50 of the round trips', ({ roundTrips }) => `${whole(roundTrips.p50Micros)} µs`],
  ['p99 of the round trips', ({ roundTrips }) => `${whole(roundTrips.p99Micros)} µs`],
];

const inTenths = (share: number): string => `${(share * 100).toFixed(1)} %`;
