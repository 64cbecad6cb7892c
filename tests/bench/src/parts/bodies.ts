import { stopAll, untilListening, type Contestant } from '../contestants/contestant.ts';
import type { FacadeContestant } from '../contestants/facade.ts';
import { startNodePeer, type NodePeer } from '../contestants/node-peer.ts';
import { direct } from '../contestants/start-all.ts';
import type { Wrk, WrkReport } from '../load/wrk.ts';
import { cpuTimeMs } from '../machine/process-figures.ts';
import { inRounds } from '../rounds.ts';
import type { Origins } from '../traffic/rules.ts';
import type { LoadPlan } from './throughput.ts';

export interface BodiesRound {
  readonly mebibytesPerSecond: number;
  readonly coreShare: number;
}

export interface BodiesResult {
  readonly name: string;
  readonly rounds: readonly BodiesRound[];
}

export interface BodyLoad {
  readonly wrk: Wrk;
  /** Bytes of bodies that crossed the proxy: of a download also the part of one that the end of the round cut off. */
  readonly bytesOf: (report: WrkReport) => number;
}

export async function measureBodies(
  contestants: readonly Contestant[],
  { wrk, bytesOf }: BodyLoad,
  { connectionCount, warmUpSeconds, seconds, roundCount }: LoadPlan,
): Promise<readonly BodiesResult[]> {
  for (const { url } of contestants) await wrk.run({ url, connectionCount, seconds: warmUpSeconds });
  const measured = await inRounds({ contestants, roundCount }, async (one): Promise<BodiesRound> => {
    await one.refresh?.();
    const cpuOf = async (): Promise<number> => (one.process ? cpuTimeMs(one.process.pid) : 0);
    const cpuBeforeMs = await cpuOf();
    const report = await wrk.run({ url: one.url, connectionCount, seconds });
    const { durationMicros } = report;
    return {
      mebibytesPerSecond: ((bytesOf(report) / 2 ** 20) * 1e6) / durationMicros,
      coreShare: (((await cpuOf()) - cpuBeforeMs) * 1000) / durationMicros,
    };
  });
  return measured.map(({ contestant, rounds }) => ({ name: contestant.name, rounds }));
}

const bodyPeers: readonly NodePeer[] = ['undici pass-through', 'http-proxy', '@fastify/http-proxy'];

export interface UploadField {
  readonly contestants: readonly Contestant[];
  readonly stop: () => Promise<void>;
}

/** The Node peers know one upstream each: for uploads they run once more, before the one that reads bodies. */
export async function startUploadField(
  field: { readonly facade: FacadeContestant; readonly all: readonly Contestant[] },
  { bodies }: Origins,
): Promise<UploadField> {
  const isHere = (name: string): boolean => field.all.some((one) => one.name === name);
  const peers = await Promise.all(bodyPeers.filter(isHere).map((name) => startNodePeer(name, bodies)));
  await Promise.all(peers.map(untilListening));
  const others = field.all.filter(({ name }) => name === 'nginx' || name === 'HAProxy');
  return {
    contestants: [{ name: direct, url: bodies, process: undefined }, field.facade, ...peers, ...others],
    stop: () => stopAll(peers),
  };
}

/** For downloads everybody runs already. */
export const downloadContestants = (all: readonly Contestant[]): readonly Contestant[] =>
  all.filter(({ name }) => !['http-proxy-3', 'httpxy', 'http-proxy-middleware'].includes(name));
