import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Secret } from '@banyan/platform';
import { childEnvironment } from '../config.ts';
import { startPostgres } from '../postgres/start-postgres.ts';
import { freePort } from '../processes/free-port.ts';
import { nodeProcess } from '../supervisor/node-process.ts';
import { unleashProcess } from './unleash-process.ts';

export interface RunningUnleash {
  /** Of the web console; the API for clients is below `/api`. */
  readonly url: string;
  readonly adminToken: Secret;
  readonly clientToken: Secret;
  /** Of the console's user `admin`. */
  readonly adminPassword: Secret;
  /** Its data goes with it. */
  stop(): Promise<void>;
}

export interface UnleashAloneOptions {
  /** For the data of its Postgres. */
  readonly folder: string;
}

const startTimeoutMs = 60_000;
const random = (): string => randomBytes(16).toString('hex');

/** A real Unleash on a Postgres of its own and nothing beside it, for tests and measurements. Its data is not durable. */
export async function startUnleash({ folder }: UnleashAloneOptions): Promise<RunningUnleash> {
  const postgres = await startPostgres({ folder: join(folder, 'postgres'), port: 0, isDurable: false });
  const port = await freePort();
  const secrets = {
    adminToken: new Secret(`*:*.${random()}`),
    clientToken: new Secret(`*:development.${random()}`),
    adminPassword: new Secret(random()),
    sessionSecret: new Secret(random()),
  };
  const program = unleashProcess({ port, databaseUrl: postgres.superuserUrl, ...secrets });
  const launch = nodeProcess({ ...program, env: { ...childEnvironment(), ...program.env }, startTimeoutMs });
  const stopPostgres = async (): Promise<void> => {
    await postgres.stop();
    await rm(postgres.folder, { recursive: true, force: true });
  };
  try {
    const server = await launch({ onSpawn: () => undefined, onLine: () => undefined });
    return {
      url: `http://127.0.0.1:${port}`,
      ...secrets,
      async stop() {
        await server.stop();
        await stopPostgres();
      },
    };
  } catch (err) {
    await stopPostgres();
    throw err;
  }
}
