import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { composeFacade, readFacadeConfig } from '@banyan/facade';
import { createLifecycle, silentLogger } from '@banyan/platform';
import type { StartProxy } from './hostile-cases.ts';

/** The whole facade, in this process, with one upstream behind it. */
export const startFacadeUnderTest: StartProxy = async ({ upstream, mirror, answerTimeoutMs = 10_000 }) => {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-hostile-'));
  const rulesPath = join(folder, 'rules.yaml');
  await writeFile(rulesPath, rulesFor(upstream, mirror, answerTimeoutMs));
  const lifecycle = createLifecycle({ log: silentLogger });
  const config = readFacadeConfig({
    FACADE_PORT: '0',
    FACADE_ADMIN_PORT: '0',
    FACADE_ADMIN_TOKEN: 'the-admin-token',
    FACADE_RULES: rulesPath,
    FACADE_FLAG_BACKUP_DIR: folder,
    FACADE_DRAIN_MS: '100',
  });
  const { url } = await composeFacade(config, { log: silentLogger, lifecycle });
  return {
    url,
    hasMirror: true,
    close: async () => {
      await lifecycle.close('end of the case');
      await rm(folder, { recursive: true });
    },
  };
};

function rulesFor(upstream: string, mirror: string | undefined, headersMs: number): string {
  return `
version: 1
upstreams:
  legacy: { side: legacy, url: ${upstream} }
  candidate: { side: extracted, url: ${mirror ?? upstream} }
defaults:
  upstream: legacy
  timeouts: { connectMs: 2000, headersMs: ${headersMs}, bodyIdleMs: 10000, totalMs: 60000 }
capabilities: {}
routes: ${mirror === undefined ? '[]' : copyingRoute}
`;
}

const copyingRoute = `
  - { id: all, methods: [ANY], path: '/{rest*}', upstream: legacy, mirror: { upstream: candidate, bodyBytes: 8388608, writes: true } }`;
