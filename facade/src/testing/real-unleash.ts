import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { BanyanError, Secret } from '@banyan/platform';
import { eventually } from './eventually.ts';

/** A real Unleash server in a process of its own, on a database of the caller's. */
export interface RealUnleash {
  readonly url: string;
  readonly clientToken: Secret;
  start(): Promise<void>;
  /** SIGKILL: it has no time to say goodbye. */
  kill(): Promise<void>;
  /** Makes the flag's strategies exactly these, and switches it on. */
  setFlag(name: string, strategies: readonly FlagStrategy[]): Promise<void>;
}

export interface FlagStrategy {
  readonly percent: number;
  /** Only these users. */
  readonly users?: readonly string[];
  /** What somebody may have chosen in Unleash. */
  readonly stickiness?: string;
  /** By the facade's own strategy. */
  readonly isFine?: boolean;
}

// The environment is set before the server is loaded: it reads its own variables, and must not know that a test runs it.
const script = `
  Object.assign(process.env, JSON.parse(process.argv[1]));
  const { start } = await import('unleash-server');
  await start();
`;

export async function createRealUnleash(databaseUrl: Secret): Promise<RealUnleash> {
  const port = await freePort();
  const [adminToken, clientToken] = [`*:*.${random()}`, `*:development.${random()}`];
  const env = {
    NODE_ENV: 'production',
    HTTP_HOST: '127.0.0.1',
    HTTP_PORT: String(port),
    DATABASE_URL: databaseUrl.reveal(),
    DATABASE_SSL: 'false',
    INIT_ADMIN_API_TOKENS: adminToken,
    INIT_CLIENT_API_TOKENS: clientToken,
    CHECK_VERSION: 'false',
    SEND_TELEMETRY: 'false',
  };
  const url = `http://127.0.0.1:${port}`;
  const admin = createAdmin(url, adminToken);
  let server: ChildProcess | undefined;
  return {
    url: `${url}/api`,
    clientToken: new Secret(clientToken),
    async start() {
      server = spawn(process.execPath, ['--input-type=module', '-e', script, JSON.stringify(env)], { stdio: 'ignore' });
      await eventually(async () => {
        if (!(await fetch(`${url}/health`)).ok) throw refused('is not healthy yet');
      });
    },
    async kill() {
      if (server?.exitCode !== null || server.signalCode !== null) return;
      const exited = once(server, 'exit');
      server.kill('SIGKILL');
      await exited;
    },
    setFlag: (name, strategies) => admin.setFlag(name, strategies),
  };
}

function createAdmin(url: string, token: string) {
  const features = `${url}/api/admin/projects/default/features`;
  const call = async (method: string, address: string, body?: unknown): Promise<unknown> => {
    const headers = { authorization: token, 'content-type': 'application/json' };
    const answer = await fetch(address, { method, headers, ...(body !== undefined && { body: JSON.stringify(body) }) });
    if (!answer.ok && answer.status !== 409) throw refused(`answers ${answer.status} to ${method} ${address}`);
    const text = await answer.text();
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  };
  return {
    async setFlag(name: string, strategies: readonly FlagStrategy[]): Promise<void> {
      const flag = `${features}/${name}/environments/development`;
      await call('POST', features, { name, type: 'release' });
      const held = (await call('GET', `${flag}/strategies`)) as readonly { readonly id: string }[];
      if (strategies.some(({ isFine }) => isFine)) await call('POST', `${url}/api/admin/strategies`, fineStrategy);
      for (const strategy of strategies) await call('POST', `${flag}/strategies`, strategyOf(name, strategy));
      for (const { id } of held) await call('DELETE', `${flag}/strategies/${id}`);
      await call('POST', `${flag}/on`);
    },
  };
}

const fineStrategy = {
  name: 'banyanRollout',
  parameters: ['percent', 'groupId'].map((name) => ({ name, type: 'string', description: name, required: true })),
};

function strategyOf(flag: string, { percent, users, stickiness = 'userId', isFine }: FlagStrategy) {
  return {
    name: isFine ? fineStrategy.name : 'flexibleRollout',
    parameters: isFine
      ? { percent: String(percent), groupId: flag }
      : { rollout: String(percent), stickiness, groupId: flag },
    constraints: users ? [{ contextName: 'userId', operator: 'IN', values: users }] : [],
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

const random = (): string => randomBytes(16).toString('hex');

function refused(what: string): BanyanError {
  return new BanyanError('TEST_UNLEASH', `Unleash ${what}.`, { remedy: 'Read what the server logs.' });
}
