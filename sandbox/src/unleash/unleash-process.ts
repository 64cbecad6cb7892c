import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createUnleashAdmin, type UnleashAdmin } from '@banyan/control';
import type { NodeProcessOptions } from '../supervisor/node-process.ts';
import { unleashEnvironment, type UnleashOptions } from './unleash-environment.ts';

/** One per capability that can move, as the shipped rules name them. */
const flags = ['trips.cutover', 'vehicles.cutover'] as const;

/**
 * A real Unleash server: its own program with its own documented environment.
 * It counts as ready when it has our flags; those it does not know yet are made, switched off.
 */
export function unleashProcess(options: UnleashOptions): Omit<NodeProcessOptions, 'startTimeoutMs'> {
  const url = `http://127.0.0.1:${options.port}`;
  return {
    name: 'unleash',
    main: programOfUnleash(),
    env: unleashEnvironment(options),
    readyUrl: `${url}/health`,
    heapMebibytes: 192,
    onReady: () => makeFlags(createUnleashAdmin({ url, token: options.adminToken })),
  };
}

/** `dist/server.js`, beside the library that the package exports. */
function programOfUnleash(): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve('unleash-server')), '..', 'server.js');
}

async function makeFlags(admin: UnleashAdmin): Promise<void> {
  for (const flag of flags) {
    if (await admin.read(flag)) continue;
    await admin.write({ flag, isEnabled: false, users: [], percent: 0, hasForeignStrategies: false });
  }
}
