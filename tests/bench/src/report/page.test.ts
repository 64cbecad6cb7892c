import { expect, test } from 'vitest';
import type { LatencyRound } from '../parts/latency.ts';
import type { ThroughputRound } from '../parts/throughput.ts';
import { quickPlans } from '../plans.ts';
import { barsOf } from './bars.ts';
import { performancePage } from './page.ts';
import type { Figures, RunResult } from './results.ts';

const at = (requestsPerSecond: number): ThroughputRound => ({
  requestsPerSecond,
  cpuMicrosPerRequest: 50,
  coreShare: 0.99,
  p50Micros: 900,
  p99Micros: 2_000,
});
const within = (p50Micros: number, p99Micros: number): LatencyRound => ({ p50Micros, p90Micros: p99Micros, p99Micros });
const aResult = (figures: Figures): RunResult => ({
  startedAt: '2026-01-01T00:00Z',
  command: 'npm run bench',
  tookSeconds: 60,
  machine: { processor: 'a', coreCount: 2, memoryGibibytes: 8, system: 'b', versions: { node: '20' } },
  upstream: 'nginx',
  plans: quickPlans,
  figures,
});

test('ratios are taken round by round, so that a slow moment of the machine hits both', () => {
  const throughput = [
    { name: 'Banyan facade', rounds: [at(1_500), at(150), at(1_500)] },
    { name: 'http-proxy', rounds: [at(1_000), at(100), at(1_000)] },
  ];
  expect(barsOf({ throughput })).toEqual([
    { promise: 'throughput ≥ 1.4 × http-proxy', figure: '1.50 × (1.50–1.50); by processor time 1.00 ×', isKept: true },
  ]);
});

test('a promise that is not kept is said to be missed', () => {
  const throughput = [
    { name: 'Banyan facade', rounds: [at(800)] },
    { name: 'undici pass-through', rounds: [at(1_000)] },
  ];
  expect(performancePage(aResult({ throughput }))).toContain(
    '| throughput ≥ 0.85 × undici pass-through (goal 0.90 ×) | 0.80 × (0.80–0.80); by processor time 1.00 × | **missed** |',
  );
});

test('added latency is the difference to no proxy in the same round', () => {
  const latency = [
    { name: 'direct', rounds: [within(50, 90), within(60, 100)] },
    { name: 'Banyan facade', rounds: [within(100, 200), within(110, 400)] },
  ];
  expect(barsOf({ latency }).map(({ figure, isKept }) => [figure, isKept])).toEqual([
    ['50 µs (50–50)', true],
    ['205 µs (110–300)', false],
  ]);
});

test('beside added latency stands the least that any other proxy adds on this machine', () => {
  const latency = [
    { name: 'direct', rounds: [within(50, 90)] },
    { name: 'Banyan facade', rounds: [within(150, 400)] },
    { name: 'http-proxy', rounds: [within(250, 300)] },
    { name: 'nginx', rounds: [within(130, 500)] },
  ];
  expect(barsOf({ latency }).map(({ figure }) => figure)).toEqual([
    '100 µs (100–100); the least of the others is 80 µs (nginx)',
    '310 µs (310–310); the least of the others is 210 µs (http-proxy)',
  ]);
});

test('what the machine costs without any proxy stands before the latencies, and is left out where it is not known', () => {
  const alone = (delayedShare: number) => ({
    gaps: {
      seconds: 3.001,
      lostShare: 0.0812,
      takenShare: 0.004,
      longGapsPerSecond: 300.25,
      longestGapMicros: 5_103.4,
      workP99Micros: 1_900,
      delayedShare,
    },
    roundTrips: { count: 20_000, p50Micros: 42.4, p99Micros: 486 },
  });
  const latency = [{ name: 'direct', rounds: [within(50, 90)] }];
  const page = performancePage(aResult({ latency, machineAlone: { before: alone(0.124), after: alone(0.007) } }));
  const rows = [
    '| time lost in gaps above 20 µs | 8.1 % | 8.1 % |',
    '| time that other programs on this machine had the core | 0.4 % | 0.4 % |',
    '| gaps above 200 µs each second | 300.3 | 300.3 |',
    '| longest gap | 5,103 µs | 5,103 µs |',
    '| p99 of work of 250 µs | 1,900 µs | 1,900 µs |',
    '| work of 250 µs that loses more than 200 µs | 12.4 % | 0.7 % |',
    '| p50 of the round trips | 42 µs | 42 µs |',
    '| p99 of the round trips | 486 µs | 486 µs |',
  ];
  expect(page).toContain(`${rows.join('\n')}\n\n## Latency at one connection`);
  expect(page).toContain('for 3 s while');
  expect(performancePage(aResult({ latency }))).not.toContain('The machine alone');
});

test('a page says which parts its run has not measured', () => {
  const page = performancePage(aResult({ throughput: [{ name: 'Banyan facade', rounds: [at(800)] }] }));
  expect(page).toContain(
    '- **Not measured in this run:** latency, downloads, uploads, matching, flips, idle, webSockets, soak',
  );
});
