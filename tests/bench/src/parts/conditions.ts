import { readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { benchError } from '../bench-error.ts';
import { ask } from '../contestants/ask.ts';
import type { Contestant } from '../contestants/contestant.ts';
import type { FacadeContestant } from '../contestants/facade.ts';
import { smallJson } from '../contestants/upstream.ts';
import { routeCount } from '../traffic/rules.ts';

/** What the facade was seen to do before it was measured. */
export interface Conditions {
  readonly routeCount: number;
  readonly askedCount: number;
  readonly extractedCount: number;
  readonly logLineCount: number;
  readonly callers: readonly string[];
}

const askedCount = 200;
const settleMs = 2_000;

/**
 * Looks that everybody answers what the upstream answers, and that the facade does all that the page says it does:
 * both sides are served, by the flag, to callers known from their tokens, with one log line for each request.
 *
 * @throws {BanyanError} BENCH_FAILED
 */
export async function checkConditions(
  contestants: readonly Contestant[],
  facade: FacadeContestant,
  reads: readonly string[],
): Promise<Conditions> {
  for (const one of contestants) await checkAnswer(one, reads[0] ?? '');
  // Lines are written in batches: those of the requests so far must not count.
  await pause(settleMs);
  await facade.refresh();
  const sides: string[] = [];
  for (const read of reads.slice(0, askedCount)) sides.push((await ask(facade.url, read)).side ?? '');
  const lines = await servedLines(facade.logPath);
  const conditions = {
    routeCount,
    askedCount,
    extractedCount: sides.filter((side) => side === 'extracted').length,
    logLineCount: lines.length,
    callers: [...new Set(lines.map(({ reason, caller }) => `${reason}/${caller}`))],
  };
  const isBothSides = conditions.extractedCount > askedCount / 4 && conditions.extractedCount < (askedCount * 3) / 4;
  const isAsSaid = isBothSides && lines.length === askedCount && conditions.callers.join() === 'flag/token';
  if (!isAsSaid) throw benchError(`The facade does not do what it should: ${JSON.stringify(conditions)}.`, 'Look why.');
  return conditions;
}

async function checkAnswer({ name, url }: Contestant, read: string): Promise<void> {
  const { status, body } = await ask(url, read);
  if (status !== 200 || body !== smallJson)
    throw benchError(`${name} answers ${status}: ${body.slice(0, 200)}`, 'Only proxies that pass the answer on count.');
}

interface ServedLine {
  readonly reason: string;
  readonly caller: string;
}

async function servedLines(path: string): Promise<readonly ServedLine[]> {
  const deadline = Date.now() + settleMs;
  for (;;) {
    const text = await readFile(path, 'utf8');
    const lines = text
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as ServedLine & { readonly event: string })
      .filter(({ event }) => event === 'request.served');
    if (lines.length >= askedCount || Date.now() > deadline) return lines;
    await pause(50);
  }
}
