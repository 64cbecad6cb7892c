import type { BenchOptions } from '../options.ts';
import { versionOf } from '../machine/tools.ts';
import { untilListening, type Contestant } from './contestant.ts';
import { startFacade, type FacadeContestant, type FacadeParts } from './facade.ts';
import { startHaproxy } from './haproxy.ts';
import { startNginx } from './nginx.ts';
import { nodePeers, startNodePeer, type NodePeer } from './node-peer.ts';

export interface Field {
  readonly facade: FacadeContestant;
  /** In the order of the tables: no proxy, ours, then the others. */
  readonly all: readonly Contestant[];
  readonly stop: () => Promise<void>;
}

export const direct = 'direct';
export const passThrough: NodePeer = 'undici pass-through';

/** Starts everybody once for the whole run; who is not measured waits and costs nothing. */
export async function startAll(parts: FacadeParts, { contestants }: BenchOptions): Promise<Field> {
  const isWanted = (name: string): boolean => contestants.size === 0 || contestants.has(name);
  const facade = await startFacade(parts);
  const started: Contestant[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all([facade.close(), ...started.map((one) => one.process?.stop())]);
  };
  try {
    for (const name of Object.keys(nodePeers) as NodePeer[])
      if (isWanted(name)) started.push(await startNodePeer(name, parts.origins.legacy));
    if (versionOf('nginx') !== undefined && isWanted('nginx'))
      started.push(await startNginx(parts.folder, parts.origins));
    if (versionOf('haproxy') !== undefined && isWanted('HAProxy'))
      started.push(await startHaproxy(parts.folder, parts.origins));
    const all = [{ name: direct, url: parts.origins.legacy, process: undefined }, facade, ...started];
    await Promise.all(all.map(untilListening));
    return { facade, all, stop };
  } catch (err) {
    await stop();
    throw err;
  }
}
