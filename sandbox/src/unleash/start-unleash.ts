import type { ServerResponse } from 'node:http';
import { createUnleashAdmin, type UnleashAdmin } from '@banyan/control';
import type { Lifecycle } from '@banyan/platform';
import { start } from 'unleash-server';
import type { UnleashConfig } from './config.ts';

/** The one route we add; Unleash's own `/health` says yes before the flags exist. */
interface ReadyRoute {
  get(path: string, handler: (request: unknown, response: ServerResponse) => void): void;
}

/** Starts a real Unleash server in this process and makes the flags it does not know yet, switched off. */
export async function startUnleash(
  { host, port, adminToken, flags }: UnleashConfig,
  lifecycle: Lifecycle,
): Promise<void> {
  let isReady = false;
  const unleash = await start({
    // Signals are ours: Unleash's own handler would exit before the lifecycle has closed.
    server: { gracefulShutdownEnable: false },
    preHook: (app: ReadyRoute) =>
      app.get('/ready', (_request, response) => {
        response.statusCode = isReady ? 200 : 503;
        response.end();
      }),
  });
  lifecycle.onClose('unleash', () => unleash.stop());
  const admin = createUnleashAdmin({ url: `http://${host}:${port}`, token: adminToken });
  for (const flag of flags) await makeFlag(admin, flag);
  isReady = true;
}

async function makeFlag(admin: UnleashAdmin, flag: string): Promise<void> {
  if (await admin.read(flag)) return;
  await admin.write({ flag, isEnabled: false, users: [], percent: 0, hasForeignStrategies: false });
}
