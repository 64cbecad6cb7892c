import { writeFile } from 'node:fs/promises';
import { benchError } from '../bench-error.ts';
import type { FacadeContestant } from '../contestants/facade.ts';
import type { Replicas } from '../contestants/replicas.ts';
import type { Surroundings } from '../contestants/surroundings.ts';
import { spreadOf, type Spread } from '../statistics.ts';

/** From the order to the first request that goes the other way, in milliseconds. */
export interface FlipResult {
  readonly how: string;
  readonly milliseconds: Spread;
  readonly times: number;
  /** What was promised; undefined where nothing was. */
  readonly limitMs?: number | undefined;
}

// In the process that is told, and on all others.
const ownLimitMs = 100;
const replicaLimitMs = 1_000;

export interface FlipParts {
  readonly facade: FacadeContestant;
  readonly surroundings: Surroundings;
  /** Asks as a user who is on the extracted side while nothing is ordered. */
  readonly side: () => Promise<string>;
  readonly times: number;
}

const patienceMs = 15_000;

export async function measureFlips(parts: FlipParts): Promise<readonly FlipResult[]> {
  const { facade, surroundings } = parts;
  const order = JSON.stringify({ side: 'legacy', reason: 'bench' });
  const inFile = `overrides:\n  - { capability: trips, side: legacy, reason: bench }\n`;
  return [
    await flip('override: admin call', parts, {
      limitMs: ownLimitMs,
      toLegacy: () => callAdmin(facade, 'PUT', order),
      back: () => callAdmin(facade, 'DELETE'),
    }),
    await flip('override: file', parts, {
      limitMs: ownLimitMs,
      toLegacy: () => writeFile(facade.overridePath, inFile),
      back: () => writeFile(facade.overridePath, 'overrides: []\n'),
    }),
    await flip('override: signal (SIGUSR2)', parts, {
      limitMs: ownLimitMs,
      toLegacy: () => Promise.resolve(void process.kill(facade.process.pid, 'SIGUSR2')),
      back: () => callAdmin(facade, 'DELETE'),
    }),
    await flip('flag switched in Unleash, polled every second', parts, {
      toLegacy: () => surroundings.setFlag(false),
      back: () => surroundings.setFlag(true),
    }),
  ];
}

/** @param side - asks the replica that was not told */
export function measureReplicaFlips(
  { giver }: Pick<Replicas, 'giver'>,
  parts: Pick<FlipParts, 'side' | 'times'>,
): Promise<FlipResult> {
  const order = JSON.stringify({ side: 'legacy', reason: 'bench' });
  return flip('override: admin call to another replica (NOTIFY)', parts, {
    limitMs: replicaLimitMs,
    toLegacy: () => callAdmin(giver, 'PUT', order),
    back: () => callAdmin(giver, 'DELETE'),
  });
}

interface Orders {
  readonly limitMs?: number;
  readonly toLegacy: () => Promise<void>;
  readonly back: () => Promise<void>;
}

async function flip(
  how: string,
  { side, times }: Pick<FlipParts, 'side' | 'times'>,
  { toLegacy, back, limitMs }: Orders,
): Promise<FlipResult> {
  const milliseconds: number[] = [];
  for (let time = 0; time < times; time += 1) {
    milliseconds.push(await until('legacy', side, toLegacy), await until('extracted', side, back));
  }
  return { how, milliseconds: spreadOf(milliseconds), times: milliseconds.length, limitMs };
}

/** Requests go on while the order is given: the first one that was sent and answered by the wished side counts. */
async function until(wished: string, side: () => Promise<string>, order: () => Promise<void>): Promise<number> {
  const startedAtMs = performance.now();
  await order();
  while ((await side()) !== wished)
    if (performance.now() - startedAtMs > patienceMs)
      throw benchError(`No request went to ${wished} in ${patienceMs} ms.`, 'Look at the facade.');
  return performance.now() - startedAtMs;
}

async function callAdmin({ adminUrl, adminToken }: FacadeContestant, method: string, body?: string): Promise<void> {
  const headers = { authorization: `Bearer ${adminToken}`, 'content-type': 'application/json' };
  const answer = await fetch(`${adminUrl}/overrides/trips`, { method, headers, ...(body !== undefined && { body }) });
  await answer.body?.cancel();
  if (!answer.ok) throw benchError(`The admin port answers ${answer.status} to ${method}.`, 'Look at the facade.');
}
