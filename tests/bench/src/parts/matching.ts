import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { bareEnvironment } from '../config.ts';
import { ownProgram } from '../contestants/node-peer.ts';
import { proxyCore } from '../machine/cores.ts';
import { spreadOf, type Spread } from '../statistics.ts';

/** What finding a route costs in tables of two sizes, in rounds that take turns. */
export interface MatchingResult {
  readonly routeCounts: readonly [few: number, many: number];
  readonly fewNanoseconds: Spread;
  readonly manyNanoseconds: Spread;
  /** Of the medians. */
  readonly ratio: number;
}

const routeCounts = [10, 10_000] as const;
const turnCount = 3;
const roundCount = 5;

export async function measureMatching(): Promise<MatchingResult> {
  const few: number[] = [];
  const many: number[] = [];
  for (let turn = 0; turn < turnCount; turn += 1) {
    few.push(...(await lookUps(routeCounts[0])));
    many.push(...(await lookUps(routeCounts[1])));
  }
  const [fewNanoseconds, manyNanoseconds] = [spreadOf(few), spreadOf(many)];
  return { routeCounts, fewNanoseconds, manyNanoseconds, ratio: manyNanoseconds.median / fewNanoseconds.median };
}

/** In a process of its own, so that one table leaves no garbage for the other. */
async function lookUps(routeCount: number): Promise<readonly number[]> {
  const node = [process.execPath, ownProgram('match-routes'), String(routeCount), String(roundCount)];
  const { stdout } = await promisify(execFile)('taskset', ['-c', String(proxyCore), ...node], {
    env: bareEnvironment(),
  });
  return JSON.parse(stdout) as number[];
}
