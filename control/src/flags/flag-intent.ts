import { z } from 'zod';

/** What the operator wants for one flag: these users, and this share of all scopes. */
export interface FlagIntent {
  readonly flag: string;
  readonly isEnabled: boolean;
  /** Scope keys named one by one, for example user ids. */
  readonly users: readonly string[];
  /** 0..100 in steps of 0.01. Unleash's own share knows whole percents only; for a finer one the facade has its own strategy. */
  readonly percent: number;
  /** True when the flag holds strategies that this tool does not write: setting the flag here would remove them. */
  readonly hasForeignStrategies: boolean;
}

/** The facade's own strategy: a share in steps of 0.01 %, by the same buckets as `flexibleRollout`. */
export const fineShareName = 'banyanRollout';

/** Unleash's strategy, as far as we write it. */
export interface UnleashStrategy {
  readonly name: 'flexibleRollout' | typeof fineShareName;
  readonly title: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly constraints: readonly {
    readonly contextName: string;
    readonly operator: string;
    readonly values: readonly string[];
  }[];
}

/** A strategy as it stands in Unleash, in its admin API and in what its clients hold alike. */
export const storedStrategySchema = z.object({
  name: z.string(),
  disabled: z.boolean().nullish(),
  parameters: z.record(z.string(), z.unknown()).default({}),
  constraints: z
    .array(z.object({ contextName: z.string(), operator: z.string(), values: z.array(z.string()).default([]) }))
    .default([]),
});
export interface StoredStrategy {
  readonly name: string;
  readonly disabled?: boolean | null | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly constraints: readonly {
    readonly contextName: string;
    readonly operator: string;
    readonly values: readonly string[];
  }[];
}

/** Stickiness is always `userId`, which the facade always fills: `default` would roll the dice for anonymous callers on each request. */
const stickiness = 'userId';

/** A strategy in Unleash applies when any of the list does, so the two ways in are two strategies. */
export function strategiesFor({ flag, users, percent }: FlagIntent): readonly UnleashStrategy[] {
  const named: UnleashStrategy = {
    name: 'flexibleRollout',
    title: 'named users',
    parameters: { rollout: '100', stickiness, groupId: flag },
    constraints: [{ contextName: 'userId', operator: 'IN', values: users }],
  };
  const title = 'share of users';
  const share: UnleashStrategy = Number.isInteger(percent)
    ? {
        name: 'flexibleRollout',
        title,
        parameters: { rollout: String(percent), stickiness, groupId: flag },
        constraints: [],
      }
    : { name: fineShareName, title, parameters: { percent: String(percent), groupId: flag }, constraints: [] };
  // The share stays even at 0 %: a flag without any strategy is on for everybody.
  return users.length > 0 ? [named, share] : [share];
}

export function intentOf(
  flag: string,
  stored: { readonly enabled: boolean; readonly strategies: readonly StoredStrategy[] },
): FlagIntent {
  const active = stored.strategies.filter(({ disabled }) => disabled !== true);
  const named = active.filter((strategy) => kindOf(strategy, flag) === 'named');
  const shares = active.filter((strategy) => kindOf(strategy, flag) === 'share');
  return {
    flag,
    isEnabled: stored.enabled,
    users: [...new Set(named.flatMap(({ constraints }) => constraints[0]?.values ?? []))],
    // Unleash turns an enabled flag without strategies on for everybody.
    percent:
      stored.enabled && active.length === 0
        ? 100
        : Math.max(0, ...shares.map(({ parameters }) => Number(parameters['rollout'] ?? parameters['percent']))),
    hasForeignStrategies: stored.strategies.length > named.length + shares.length,
  };
}

/** Which of our two ways in a strategy is; `foreign` when somebody else made it. */
export function kindOf(strategy: StoredStrategy, flag: string): 'named' | 'share' | 'foreign' {
  const { constraints } = strategy;
  if (!isOurs(strategy, flag)) return 'foreign';
  if (constraints.length === 0) return 'share';
  return isNamed(strategy) ? 'named' : 'foreign';
}

function isOurs({ name, parameters }: StoredStrategy, flag: string): boolean {
  if (parameters['groupId'] !== flag) return false;
  return name === fineShareName || (name === 'flexibleRollout' && parameters['stickiness'] === stickiness);
}

function isNamed({ name, parameters, constraints }: StoredStrategy): boolean {
  const [only, ...more] = constraints;
  const isByUser = only?.contextName === 'userId' && only.operator === 'IN' && more.length === 0;
  return isByUser && name === 'flexibleRollout' && parameters['rollout'] === '100';
}
