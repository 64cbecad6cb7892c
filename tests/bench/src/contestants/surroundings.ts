import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createUnleashAdmin } from '@banyan/control';
import { startUnleash, type RunningUnleash } from '@banyan/sandbox';
import type { Traffic } from '../traffic/requests.ts';
import { benchFlag } from '../traffic/rules.ts';

/** Half of all users are on the extracted side. */
export const flagPercent = 50;

/** What a facade needs besides its sides: the flag server and the issuer's keys. */
export interface Surroundings {
  readonly unleash: RunningUnleash;
  readonly jwksUrl: string;
  /** @param isOn - off sends everybody to legacy; on, half of them to the extracted side */
  readonly setFlag: (isOn: boolean) => Promise<void>;
  readonly close: () => Promise<void>;
}

export async function startSurroundings(folder: string, { issuer }: Traffic): Promise<Surroundings> {
  const unleash = await startUnleash({ folder: join(folder, 'unleash') });
  const admin = createUnleashAdmin({ url: unleash.url, token: unleash.adminToken });
  const setFlag = async (isOn: boolean): Promise<void> => {
    const intent = { flag: benchFlag, users: [], percent: flagPercent, hasForeignStrategies: false };
    await admin.write({ ...intent, isEnabled: isOn });
  };
  await setFlag(true);
  const keys = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(issuer.jwks));
  }).listen(0, '127.0.0.1');
  await once(keys, 'listening');
  return {
    unleash,
    jwksUrl: `http://127.0.0.1:${(keys.address() as AddressInfo).port}/jwks.json`,
    setFlag,
    async close() {
      await unleash.stop();
      keys.close();
      keys.closeAllConnections();
    },
  };
}
