import { join } from 'node:path';
import { peerVersions } from './contestants/node-peer.ts';
import { startAll } from './contestants/start-all.ts';
import { startUpstream, type Upstream } from './contestants/upstream.ts';
import { prepareWrk } from './load/wrk.ts';
import { describeMachine } from './machine/machine.ts';
import type { BenchOptions } from './options.ts';
import { checkConditions } from './parts/conditions.ts';
import { measureLatency } from './parts/latency.ts';
import { measureThroughput, type LoadPlan } from './parts/throughput.ts';
import type { RunResult } from './report/results.ts';
import { prepareTraffic } from './traffic/requests.ts';

/** For runs that the documentation does not show. */
export const workFolder = join(import.meta.dirname, '..', '..', '..', '.banyan', 'bench');
const userCount = 1_000;

interface Plans {
  readonly throughput: LoadPlan;
  readonly latency: LoadPlan;
}

const wholePlans: Plans = {
  throughput: { connectionCount: 64, warmUpSeconds: 5, seconds: 5, roundCount: 7 },
  latency: { connectionCount: 1, warmUpSeconds: 1, seconds: 4, roundCount: 5 },
};
const quickPlans: Plans = {
  throughput: { connectionCount: 64, warmUpSeconds: 3, seconds: 2, roundCount: 3 },
  latency: { connectionCount: 1, warmUpSeconds: 1, seconds: 2, roundCount: 3 },
};

/**
 * One run: everything is started once, every part measures what it should, everything is stopped.
 * A time is never asserted: the page shows what this run measured beside what was promised.
 */
export async function runBench(options: BenchOptions, folder: string, say: (line: string) => void): Promise<RunResult> {
  const startedAtMs = Date.now();
  const plans = options.isQuick ? quickPlans : wholePlans;
  const upstream = await startUpstream(folder);
  try {
    const figures = await measure(options, { folder, upstream, plans, say });
    return {
      startedAt: `${new Date(startedAtMs).toISOString().slice(0, 16)}Z`,
      command: ['npm run bench', ...(options.isQuick ? ['-- --quick'] : [])].join(' '),
      tookSeconds: (Date.now() - startedAtMs) / 1000,
      machine: describeMachine(peerVersions()),
      upstream: upstream.program,
      plans,
      ...figures,
    };
  } finally {
    await Promise.all(upstream.processes.map((one) => one.stop()));
  }
}

interface MeasureParts {
  readonly folder: string;
  readonly upstream: Upstream;
  readonly plans: Plans;
  readonly say: (line: string) => void;
}

type Figures = Pick<RunResult, 'conditions' | 'throughput' | 'latency'>;

async function measure(options: BenchOptions, { folder, upstream, plans, say }: MeasureParts): Promise<Figures> {
  const traffic = await prepareTraffic(userCount);
  const reads = await prepareWrk(folder, 'reads', traffic.reads);
  const profileFolder = options.isProfiled ? workFolder : undefined;
  say('starting Unleash, the facade and the peers');
  const field = await startAll({ folder, origins: upstream.origins, traffic, profileFolder }, options);
  try {
    const conditions = await checkConditions(field.all, field.facade, traffic.reads);
    const part = async <Result>(name: BenchPart, run: () => Promise<Result>): Promise<Result | undefined> => {
      if (!options.parts.has(name)) return undefined;
      say(name);
      return run();
    };
    return {
      conditions,
      throughput: await part('throughput', () => measureThroughput(field.all, reads, plans.throughput)),
      latency: await part('latency', () => measureLatency(field.all, reads, plans.latency)),
    };
  } finally {
    await field.stop();
  }
}

type BenchPart = keyof Omit<Figures, 'conditions'>;
