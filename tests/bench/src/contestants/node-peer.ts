import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readFileSync } from 'node:fs';
import { freePort } from '@banyan/sandbox';
import { proxyCore } from '../machine/cores.ts';
import { startPinned } from '../machine/pinned.ts';
import type { Contestant } from './contestant.ts';

const benchFolder = join(import.meta.dirname, '..', '..');

/** The peers are written as their users would write them: plain programs, installed beside the bench. */
export const peerProgram = (name: string): string => join(benchFolder, 'peers', `${name}.mjs`);

/** Ours: upstreams, and what must run as the build has it. */
export const ownProgram = (name: string): string => join(benchFolder, 'programs', `${name}.mjs`);

/** Name in the tables → program and package. */
export const nodePeers = {
  'undici pass-through': { program: 'undici', package: 'undici' },
  'http-proxy': { program: 'http-proxy', package: 'http-proxy' },
  'http-proxy-3': { program: 'http-proxy-3', package: 'http-proxy-3' },
  httpxy: { program: 'httpxy', package: 'httpxy' },
  '@fastify/http-proxy': { program: 'fastify', package: '@fastify/http-proxy' },
  'http-proxy-middleware': { program: 'http-proxy-middleware', package: 'http-proxy-middleware' },
} as const;

export type NodePeer = keyof typeof nodePeers;

export async function startNodePeer(name: NodePeer, origin: string): Promise<Contestant> {
  const port = await freePort();
  const child = startPinned({
    core: proxyCore,
    program: process.execPath,
    args: [peerProgram(nodePeers[name].program), String(port), origin],
  });
  return { name, url: `http://127.0.0.1:${port}`, process: child };
}

/** What is installed, not what was asked for. */
export function peerVersions(): Readonly<Record<string, string>> {
  const require = createRequire(join(benchFolder, 'package.json'));
  const packages = [...Object.values(nodePeers).map((peer) => peer.package), 'express', 'fastify'];
  return Object.fromEntries(packages.map((name) => [name, installedVersion(require, name)]));
}

function installedVersion(require: NodeJS.Require, name: string): string {
  // Not every package exports its package.json: it is looked for from the entry upwards.
  let folder = dirname(require.resolve(name));
  for (;;) {
    try {
      const found = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (found.name === name && found.version !== undefined) return found.version;
    } catch {
      // Not here; one further up.
    }
    if (folder === dirname(folder)) return 'unknown';
    folder = dirname(folder);
  }
}
