import { join } from 'node:path';
import { peerVersions } from './contestants/node-peer.ts';
import { startAll } from './contestants/start-all.ts';
import { startSurroundings } from './contestants/surroundings.ts';
import { startUpstream } from './contestants/upstream.ts';
import { describeMachine } from './machine/machine.ts';
import type { BenchOptions } from './options.ts';
import { runHostileCases } from './parts/hostile.ts';
import { quickPlans, wholePlans } from './plans.ts';
import type { Figures, RunResult } from './report/results.ts';
import { runParts, type RunParts } from './run-parts.ts';
import { prepareTraffic } from './traffic/requests.ts';

/** For runs that the documentation does not show. */
export const workFolder = join(import.meta.dirname, '..', '..', '..', '.banyan', 'bench');
const userCount = 1_000;

/**
 * One run: everything is started once, every part measures what it should, everything is stopped.
 * A time is never asserted: the page shows what this run measured beside what was promised.
 */
export async function runBench(options: BenchOptions, folder: string, say: (line: string) => void): Promise<RunResult> {
  const startedAtMs = Date.now();
  const plans = options.isQuick ? quickPlans : wholePlans;
  const upstream = await startUpstream(folder);
  try {
    const part: RunParts['part'] = async (name, run) => {
      if (!options.parts.has(name)) return undefined;
      say(name);
      return run();
    };
    const isTimed = [...options.parts].some((name) => name !== 'hostile');
    const timed = isTimed ? await withField({ options, folder, origins: upstream.origins, plans, part }) : {};
    const hostile = await part('hostile', runHostileCases);
    return {
      startedAt: `${new Date(startedAtMs).toISOString().slice(0, 16)}Z`,
      command: ['npm run bench', ...(options.given.length > 0 ? ['--', ...options.given] : [])].join(' '),
      tookSeconds: Math.round((Date.now() - startedAtMs) / 1000),
      machine: describeMachine(peerVersions()),
      upstream: upstream.program,
      plans,
      figures: { ...timed, hostile },
    };
  } finally {
    await Promise.all(upstream.processes.map((one) => one.stop()));
  }
}

type Prepared = Pick<RunParts, 'options' | 'folder' | 'origins' | 'plans' | 'part'>;

/** With a real Unleash, the facade and the peers running. */
async function withField(prepared: Prepared): Promise<Figures> {
  const { options, folder, origins } = prepared;
  const traffic = await prepareTraffic(userCount);
  const surroundings = await startSurroundings(folder, traffic);
  try {
    const profileFolder = options.isProfiled ? workFolder : undefined;
    const parts = { folder, origins, surroundings, profileFolder, wanted: options.contestants };
    const field = await startAll(parts);
    try {
      return await runParts({ ...parts, ...prepared, traffic, field });
    } finally {
      await field.stop();
    }
  } finally {
    await surroundings.close();
  }
}
