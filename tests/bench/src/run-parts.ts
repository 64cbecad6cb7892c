import { benchError } from './bench-error.ts';
import { ask } from './contestants/ask.ts';
import { untilListening } from './contestants/contestant.ts';
import { startNodePeer } from './contestants/node-peer.ts';
import { ours, passThrough, type Field, type FieldParts } from './contestants/start-all.ts';
import { openIdleConnections, openWebSockets } from './load/many-connections.ts';
import { prepareWrk, type Wrk, type WrkReport } from './load/wrk.ts';
import { connectionLimit } from './machine/open-files.ts';
import type { BenchOptions, PartName } from './options.ts';
import { downloadContestants, measureBodies, startUploadField } from './parts/bodies.ts';
import { checkConditions } from './parts/conditions.ts';
import { startReplicas } from './contestants/replicas.ts';
import { measureFlips, measureReplicaFlips } from './parts/flips.ts';
import { measureHeld, type HeldResult } from './parts/held.ts';
import { measureLatency } from './parts/latency.ts';
import { machineAloneAround } from './parts/machine-alone.ts';
import { measureTableSizes } from './parts/matching-end-to-end.ts';
import { measureMatching } from './parts/matching.ts';
import { measureSoak } from './parts/soak.ts';
import { measureThroughput } from './parts/throughput.ts';
import type { Plans } from './plans.ts';
import type { Figures } from './report/results.ts';
import { uploadBytes, type Traffic } from './traffic/requests.ts';

export interface RunParts extends FieldParts {
  readonly options: BenchOptions;
  readonly plans: Plans;
  readonly traffic: Traffic;
  readonly field: Field;
  /** Runs a part that was asked for, and says so. */
  readonly part: <Result>(name: PartName, run: () => Promise<Result>) => Promise<Result | undefined>;
}

/** Every part that was asked for, the quiet ones first: the soak comes last and leaves a hot machine. */
export async function runParts(parts: RunParts): Promise<Figures> {
  const { field, folder, traffic, plans, part } = parts;
  const conditions = await checkConditions(field.all, field.facade, traffic.reads);
  const reads = await prepareWrk(folder, 'reads', traffic.reads);
  return {
    conditions,
    throughput: await part('throughput', () => measureThroughput(field.all, () => reads, plans.throughput)),
    ...(await part('latency', () => latencyAndMachine(parts, reads))),
    downloads: await part('bodies', () => downloads(parts)),
    uploads: await part('bodies', () => uploads(parts)),
    matching: await part('matching', measureMatching),
    tableSizes: await part('matching', () => measureTableSizes(parts, traffic, plans.tableSizes)),
    flips: await part('flips', () => flips(parts)),
    idle: await part('connections', () => idle(parts)),
    webSockets: await part('connections', () => webSockets(parts)),
    soak: await part('soak', () => soak(parts, reads)),
  };
}

async function latencyAndMachine({ field, folder, plans }: RunParts, reads: Wrk) {
  const measure = () => measureLatency(field.all, reads, plans.latency);
  const { result: latency, machineAlone } = await machineAloneAround(folder, measure);
  return { latency, machineAlone };
}

async function downloads({ field, folder, traffic, plans }: RunParts) {
  const wrk = await prepareWrk(folder, 'download', [traffic.download]);
  const bytesOf = ({ byteCount }: WrkReport): number => byteCount;
  return measureBodies(downloadContestants(field.all), { wrk, bytesOf }, plans.download);
}

async function uploads({ field, folder, origins, traffic, plans }: RunParts) {
  const wrk = await prepareWrk(folder, 'upload', [traffic.upload]);
  const { contestants, stop } = await startUploadField(field, origins);
  try {
    const bytesOf = ({ requestCount }: WrkReport): number => requestCount * uploadBytes;
    return await measureBodies(contestants, { wrk, bytesOf }, plans.upload);
  } finally {
    await stop();
  }
}

async function flips(parts: RunParts) {
  const { field, surroundings, traffic, plans } = parts;
  const times = plans.flipTimes;
  const sideAt = async (url: string): Promise<() => Promise<string>> => {
    const moved = await extractedRead(url, traffic.reads);
    return async () => (await ask(url, moved)).side ?? '';
  };
  const { facade } = field;
  const own = await measureFlips({ facade, surroundings, side: await sideAt(facade.url), times });
  const replicas = await startReplicas(parts);
  try {
    const side = await sideAt(replicas.taker.url);
    return [...own, await measureReplicaFlips(replicas, { side, times })];
  } finally {
    await replicas.stop();
  }
}

/** A request of a user who has moved. */
async function extractedRead(url: string, reads: readonly string[]): Promise<string> {
  for (const read of reads) if ((await ask(url, read)).side === 'extracted') return read;
  throw benchError('No user is on the extracted side.', 'Look at the flag.');
}

/** Beside ours, what node:http and a proxy that does nothing cost. */
async function idle({ field, traffic, plans }: RunParts): Promise<readonly HeldResult[]> {
  const count = Math.min(plans.idleCount, connectionLimit());
  const results: HeldResult[] = [];
  for (const one of field.all.filter(({ name }) => [ours, passThrough].includes(name)))
    if (one.process)
      results.push(
        await measureHeld({
          name: one.name,
          process: one.process,
          holdSeconds: plans.holdSeconds,
          open: () => openIdleConnections(one.url, count, traffic.reads[0] ?? ''),
        }),
      );
  return results;
}

/** Beside ours, http-proxy. Each WebSocket is two connections of the proxy. */
async function webSockets({ field: { facade }, origins, plans }: RunParts): Promise<readonly HeldResult[]> {
  const count = Math.min(plans.webSocketCount, connectionLimit() / 2);
  const peer = await startNodePeer('http-proxy', origins.sockets);
  await untilListening(peer);
  const results: HeldResult[] = [];
  try {
    for (const { name, url, process } of [facade, peer])
      if (process) {
        const open = () => openWebSockets(url, count);
        results.push(await measureHeld({ name, process, holdSeconds: plans.holdSeconds, open }));
      }
    return results;
  } finally {
    await peer.process?.stop();
  }
}

async function soak({ field: { facade }, plans }: RunParts, reads: Wrk) {
  return measureSoak(facade, reads, plans.soak);
}
