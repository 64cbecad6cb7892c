import { freePort } from '@banyan/sandbox';
import { hostileCases, startFacadeUnderTest, type StartProxy, type Verdict } from '@banyan/tests';
import { untilAccepting } from '../contestants/contestant.ts';
import { peerProgram } from '../contestants/node-peer.ts';
import { ours } from '../contestants/start-all.ts';
import { loadCore } from '../machine/cores.ts';
import { startPinned } from '../machine/pinned.ts';

/** Name in the table → what `peers/under-test.mjs` calls it. */
const underTest = {
  'http-proxy': 'http-proxy',
  'http-proxy-3': 'http-proxy-3',
  httpxy: 'httpxy',
  '@fastify/http-proxy (http)': 'fastify-http',
  '@fastify/http-proxy (undici)': 'fastify-undici',
} as const;

export interface HostileResult {
  readonly number: number;
  readonly name: string;
  /** In the order of `hostileNames`. */
  readonly verdicts: readonly Verdict[];
}

export const hostileNames: readonly string[] = [ours, ...Object.keys(underTest)];

/** The same twelve cases that our own tests pass, over everybody; each case gets a fresh proxy. */
export async function runHostileCases(): Promise<readonly HostileResult[]> {
  const starters = [startFacadeUnderTest, ...Object.values(underTest).map(starterOf)];
  const results: HostileResult[] = [];
  for (const { number, name, run } of hostileCases) {
    const verdicts: Verdict[] = [];
    for (const start of starters) verdicts.push(await run(start));
    results.push({ number, name, verdicts });
  }
  return results;
}

/** In a process of its own: a peer that falls over takes nothing with it. */
function starterOf(name: string): StartProxy {
  return async (wish) => {
    const port = await freePort();
    const child = startPinned({
      core: loadCore,
      program: process.execPath,
      args: [peerProgram('under-test'), name, String(port), JSON.stringify(wish)],
    });
    await untilAccepting({ name, port, process: child });
    return {
      url: `http://127.0.0.1:${port}`,
      hasMirror: !name.startsWith('fastify'),
      close: async () => {
        await child.stop();
      },
    };
  };
}
