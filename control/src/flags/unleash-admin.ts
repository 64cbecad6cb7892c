import { z } from 'zod';
import {
  fineShareName,
  intentOf,
  kindOf,
  storedStrategySchema,
  strategiesFor,
  type FlagIntent,
  type UnleashStrategy,
} from './flag-intent.ts';
import { createCaller, expectOk, type Caller, type UnleashAdminOptions } from './unleash-http.ts';

/** The operator's side of Unleash: reads and writes intents through its admin API. It never decides a request. */
export interface UnleashAdmin {
  /** @returns undefined when Unleash does not know the flag */
  read(flag: string): Promise<FlagIntent | undefined>;
  list(): Promise<readonly FlagIntent[]>;
  /** Makes the flag, its strategies and its switch exactly `intent`; repeating it changes nothing. */
  write(intent: FlagIntent): Promise<void>;
}

const strategySchema = storedStrategySchema.extend({ id: z.string() });
const environmentSchema = z.object({
  name: z.string(),
  enabled: z.boolean(),
  strategies: z.array(strategySchema).default([]),
});
const featureSchema = z.object({ name: z.string(), environments: z.array(environmentSchema).default([]) });
const featureListSchema = z.object({ features: z.array(z.object({ name: z.string() })) });
type FlagEnvironment = z.infer<typeof environmentSchema>;

interface Paths {
  readonly features: string;
  readonly environment: string;
  feature(flag: string): string;
  flagIn(flag: string): string;
}

export function createUnleashAdmin(options: UnleashAdminOptions): UnleashAdmin {
  const paths = pathsOf(options);
  const call = createCaller(options);
  const read = async (flag: string): Promise<FlagIntent | undefined> => {
    const found = await readEnvironment(call, paths, flag);
    return found && intentOf(flag, found);
  };
  return {
    read,
    write: (intent) => write(call, paths, intent),
    async list() {
      const { features } = featureListSchema.parse(expectOk(await call('GET', paths.features), 'list the flags'));
      const intents = await Promise.all(features.map(({ name }) => read(name)));
      return intents.filter((intent) => intent !== undefined);
    },
  };
}

function pathsOf({ project = 'default', environment = 'development' }: UnleashAdminOptions): Paths {
  const features = `/api/admin/projects/${encodeURIComponent(project)}/features`;
  const feature = (flag: string): string => `${features}/${encodeURIComponent(flag)}`;
  return {
    features,
    environment,
    feature,
    flagIn: (flag) => `${feature(flag)}/environments/${encodeURIComponent(environment)}`,
  };
}

async function readEnvironment(call: Caller, paths: Paths, flag: string): Promise<FlagEnvironment | undefined> {
  const answer = await call('GET', paths.feature(flag));
  if (answer.status === 404) return undefined;
  const feature = featureSchema.parse(expectOk(answer, `read flag ${flag}`));
  return feature.environments.find(({ name }) => name === paths.environment) ?? emptyEnvironment(paths);
}

function emptyEnvironment({ environment }: Paths): FlagEnvironment {
  return { name: environment, enabled: false, strategies: [] };
}

async function write(call: Caller, paths: Paths, intent: FlagIntent): Promise<void> {
  const { flag, isEnabled } = intent;
  const found = (await readEnvironment(call, paths, flag)) ?? (await create(call, paths, flag));
  const toggle = async (to: 'on' | 'off'): Promise<unknown> =>
    expectOk(await call('POST', `${paths.flagIn(flag)}/${to}`), `switch flag ${flag} ${to}`);
  // Off comes first and on comes last, so that a half-written change never sends anybody to the extracted side.
  if (!isEnabled && found.enabled) await toggle('off');
  await defineFineShare(call, strategiesFor(intent));
  await writeStrategies(call, `${paths.flagIn(flag)}/strategies`, {
    flag,
    found: found.strategies,
    wanted: strategiesFor(intent),
  });
  if (isEnabled && !found.enabled) await toggle('on');
}

async function create(call: Caller, paths: Paths, flag: string): Promise<FlagEnvironment> {
  const answer = await call('POST', paths.features, { name: flag, type: 'release' });
  // 409: somebody else made it meanwhile, which is what we wanted.
  if (answer.status !== 409) expectOk(answer, `create flag ${flag}`);
  return emptyEnvironment(paths);
}

/** Unleash must know the facade's own strategy before a flag can use it. */
async function defineFineShare(call: Caller, wanted: readonly UnleashStrategy[]): Promise<void> {
  if (!wanted.some(({ name }) => name === fineShareName)) return;
  const text = { type: 'string', required: true };
  const answer = await call('POST', '/api/admin/strategies', {
    name: fineShareName,
    description: 'A share of all scopes in steps of 0.01 %, taken by the facade of Banyan.',
    parameters: [
      { name: 'percent', description: '0..100, for example 0.25', ...text },
      { name: 'groupId', description: 'usually the name of the flag', ...text },
    ],
  });
  // 409: it is defined already.
  if (answer.status !== 409) expectOk(answer, `define the strategy ${fineShareName}`);
}

interface StrategyChange {
  readonly flag: string;
  readonly found: FlagEnvironment['strategies'];
  readonly wanted: readonly UnleashStrategy[];
}

/** Overwrites each strategy in place before it removes any: nobody who keeps a way in loses it for a moment. */
async function writeStrategies(call: Caller, path: string, { flag, found, wanted }: StrategyChange): Promise<void> {
  const kept = new Set<string>();
  for (const strategy of wanted) {
    const existing = found.find(
      (candidate) =>
        candidate.name === strategy.name &&
        kindOf(candidate, flag) === kindOf(strategy, flag) &&
        !kept.has(candidate.id),
    );
    if (existing) kept.add(existing.id);
    const answer = existing
      ? await call('PUT', `${path}/${encodeURIComponent(existing.id)}`, strategy)
      : await call('POST', path, strategy);
    expectOk(answer, `write the strategies of ${flag}`);
  }
  for (const { id } of found.filter((strategy) => !kept.has(strategy.id))) {
    expectOk(await call('DELETE', `${path}/${encodeURIComponent(id)}`), `remove a strategy of ${flag}`);
  }
}
