import { z } from 'zod';
import { BanyanError, type Secret } from '@banyan/platform';
import { intentOf, strategiesFor, type FlagIntent, type UnleashStrategy } from './flag-intent.ts';

/** The operator's side of Unleash: reads and writes intents through its admin API. It never decides a request. */
export interface UnleashAdmin {
  /** @returns undefined when Unleash does not know the flag */
  read(flag: string): Promise<FlagIntent | undefined>;
  list(): Promise<readonly FlagIntent[]>;
  /** Makes the flag, its strategies and its switch exactly `intent`; repeating it changes nothing. */
  write(intent: FlagIntent): Promise<void>;
}

export interface UnleashAdminOptions {
  /** Base URL of the Unleash server, without `/api`. */
  readonly url: string;
  /** An admin API token. */
  readonly token: Secret;
  readonly project?: string;
  readonly environment?: string;
  readonly timeoutMs?: number;
}

const strategySchema = z.object({
  id: z.string(),
  name: z.string(),
  disabled: z.boolean().nullish(),
  parameters: z.record(z.string(), z.unknown()).default({}),
  constraints: z
    .array(z.object({ contextName: z.string(), operator: z.string(), values: z.array(z.string()).default([]) }))
    .default([]),
});
const environmentSchema = z.object({
  name: z.string(),
  enabled: z.boolean(),
  strategies: z.array(strategySchema).default([]),
});
const featureSchema = z.object({ name: z.string(), environments: z.array(environmentSchema).default([]) });
const featureListSchema = z.object({ features: z.array(z.object({ name: z.string() })) });

export function createUnleashAdmin(options: UnleashAdminOptions): UnleashAdmin {
  const { project = 'default', environment = 'development' } = options;
  const call = createCaller(options);
  const featuresPath = `/api/admin/projects/${encodeURIComponent(project)}/features`;
  const featurePath = (flag: string): string => `${featuresPath}/${encodeURIComponent(flag)}`;
  const environmentPath = (flag: string): string =>
    `${featurePath(flag)}/environments/${encodeURIComponent(environment)}`;

  async function readEnvironment(flag: string): Promise<z.infer<typeof environmentSchema> | undefined> {
    const answer = await call('GET', featurePath(flag));
    if (answer.status === 404) return undefined;
    const feature = featureSchema.parse(expectOk(answer, `read flag ${flag}`));
    return (
      feature.environments.find(({ name }) => name === environment) ?? {
        name: environment,
        enabled: false,
        strategies: [],
      }
    );
  }

  async function read(flag: string): Promise<FlagIntent | undefined> {
    const found = await readEnvironment(flag);
    return found && intentOf(flag, found);
  }

  async function write(intent: FlagIntent): Promise<void> {
    const { flag } = intent;
    let found = await readEnvironment(flag);
    if (!found) {
      const answer = await call('POST', featuresPath, { name: flag, type: 'release' });
      // 409: somebody else made it meanwhile, which is what we wanted.
      if (answer.status !== 409) expectOk(answer, `create flag ${flag}`);
      found = { name: environment, enabled: false, strategies: [] };
    }
    // Switching off comes first and on comes last, so that a half-written change never sends anybody to the extracted side.
    if (!intent.isEnabled && found.enabled) await toggle(flag, 'off');
    await writeStrategies(flag, found.strategies, strategiesFor(intent));
    if (intent.isEnabled && !found.enabled) await toggle(flag, 'on');
  }

  async function toggle(flag: string, to: 'on' | 'off'): Promise<void> {
    expectOk(await call('POST', `${environmentPath(flag)}/${to}`), `switch flag ${flag} ${to}`);
  }

  async function writeStrategies(
    flag: string,
    found: readonly { id: string }[],
    wanted: readonly UnleashStrategy[],
  ): Promise<void> {
    const path = `${environmentPath(flag)}/strategies`;
    for (const [index, strategy] of wanted.entries()) {
      const existing = found[index];
      const answer = existing
        ? await call('PUT', `${path}/${encodeURIComponent(existing.id)}`, strategy)
        : await call('POST', path, strategy);
      expectOk(answer, `write the strategies of ${flag}`);
    }
    for (const { id } of found.slice(wanted.length)) {
      expectOk(await call('DELETE', `${path}/${encodeURIComponent(id)}`), `remove a strategy of ${flag}`);
    }
  }

  return {
    read,
    write,
    async list() {
      const { features } = featureListSchema.parse(expectOk(await call('GET', featuresPath), 'list the flags'));
      const intents = await Promise.all(features.map(({ name }) => read(name)));
      return intents.filter((intent) => intent !== undefined);
    },
  };
}

interface Answer {
  readonly status: number;
  readonly body: unknown;
}
type Caller = (method: string, path: string, body?: unknown) => Promise<Answer>;

function createCaller({ url, token, timeoutMs = 5_000 }: UnleashAdminOptions): Caller {
  const base = url.replace(/\/+$/, '');
  return async (method, path, body) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const headers = { authorization: token.reveal(), 'content-type': 'application/json' };
    try {
      const response = await fetch(base + path, {
        method,
        headers,
        signal,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? undefined : parseJson(text) };
    } catch (cause) {
      throw new BanyanError('UNLEASH_UNREACHABLE', `Unleash does not answer at ${base}.`, {
        remedy:
          'Start it, or correct its URL; flags keep the values that the facades have. The local override works without it.',
        concerning: base,
        cause,
      });
    }
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function expectOk({ status, body }: Answer, what: string): unknown {
  if (status >= 200 && status < 300) return body;
  const denied = status === 401 || status === 403;
  throw new BanyanError(
    denied ? 'UNLEASH_DENIED' : 'UNLEASH_REFUSED',
    `Unleash refused to ${what} (status ${status}).`,
    {
      remedy: denied
        ? 'Use an admin API token of this Unleash.'
        : `Check the flag, the project and the environment${reasonIn(body)}.`,
      concerning: what,
    },
  );
}

function reasonIn(body: unknown): string {
  const parsed = z.object({ message: z.string() }).safeParse(body);
  return parsed.success ? `: ${parsed.data.message}` : '';
}
