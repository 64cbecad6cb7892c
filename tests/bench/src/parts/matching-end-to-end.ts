import { benchError } from '../bench-error.ts';
import { untilListening } from '../contestants/contestant.ts';
import { startFacade, type FacadeContestant } from '../contestants/facade.ts';
import type { FieldParts } from '../contestants/start-all.ts';
import { prepareWrk, type Wrk } from '../load/wrk.ts';
import type { Traffic } from '../traffic/requests.ts';
import { benchRules } from '../traffic/rules.ts';
import { measureThroughput, type LoadPlan, type ThroughputResult } from './throughput.ts';

const noLoad: Wrk = { run: () => Promise.reject(benchError('A facade has no load.', 'Give it one.')) };
const routeCounts = [10, 10_000] as const;

/** Two facades with tables of two sizes under the same load; each gets requests over its whole table. */
export async function measureTableSizes(
  { folder, origins, surroundings }: FieldParts,
  traffic: Traffic,
  plan: LoadPlan,
): Promise<readonly ThroughputResult[]> {
  const started: FacadeContestant[] = [];
  try {
    const loads = new Map<string, Wrk>();
    for (const routeCount of routeCounts) {
      const name = `${routeCount} routes`;
      const facade = await startFacade({ name, folder, rules: benchRules(origins, routeCount), surroundings });
      started.push(facade);
      loads.set(name, await prepareWrk(folder, name.replace(' ', '-'), traffic.readsOver(routeCount)));
    }
    await Promise.all(started.map(untilListening));
    return await measureThroughput(started, ({ name }) => loads.get(name) ?? noLoad, plan);
  } finally {
    await Promise.all(started.map((one) => one.process.stop()));
  }
}
