import { versionOf } from '../machine/tools.ts';
import { benchRules, type Origins } from '../traffic/rules.ts';
import { stopAll, untilListening, type Contestant } from './contestant.ts';
import { startFacade, type FacadeContestant } from './facade.ts';
import { startHaproxy } from './haproxy.ts';
import { startNginx } from './nginx.ts';
import { nodePeers, startNodePeer, type NodePeer } from './node-peer.ts';
import type { Surroundings } from './surroundings.ts';

export interface Field {
  readonly facade: FacadeContestant;
  /** In the order of the tables: no proxy, ours, then the others. */
  readonly all: readonly Contestant[];
  readonly stop: () => Promise<void>;
}

export interface FieldParts {
  readonly folder: string;
  readonly origins: Origins;
  readonly surroundings: Surroundings;
  readonly profileFolder: string | undefined;
  /** Names of those who run; empty for all. */
  readonly wanted: ReadonlySet<string>;
}

export const direct = 'direct';
export const ours = 'Banyan facade';
export const passThrough: NodePeer = 'undici pass-through';

/** Starts everybody once for the whole run; who is not measured waits and costs nothing. */
export async function startAll(parts: FieldParts): Promise<Field> {
  const { folder, origins, surroundings, profileFolder, wanted } = parts;
  const isWanted = (name: string): boolean => wanted.size === 0 || wanted.has(name);
  const facade = await startFacade({ name: ours, folder, rules: benchRules(origins), surroundings, profileFolder });
  const started: Contestant[] = [facade];
  const stop = (): Promise<void> => stopAll(started);
  try {
    for (const name of Object.keys(nodePeers) as NodePeer[])
      if (isWanted(name)) started.push(await startNodePeer(name, origins.legacy));
    if (versionOf('nginx') !== undefined && isWanted('nginx')) started.push(await startNginx(folder, origins));
    if (versionOf('haproxy') !== undefined && isWanted('HAProxy')) started.push(await startHaproxy(folder, origins));
    const all = [{ name: direct, url: origins.legacy, process: undefined }, ...started];
    await Promise.all(all.map(untilListening));
    return { facade, all, stop };
  } catch (err) {
    await stop();
    throw err;
  }
}
