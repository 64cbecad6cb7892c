import { z } from 'zod';

/** What the operator wants for one flag: these users, and this share of all scopes. */
export interface FlagIntent {
  readonly flag: string;
  readonly isEnabled: boolean;
  /** Scope keys named one by one, for example user ids. */
  readonly users: readonly string[];
  /** 0..100, whole: Unleash knows no finer step. */
  readonly percent: number;
  /** True when the flag holds strategies that this tool does not write: setting the flag here would remove them. */
  readonly hasForeignStrategies: boolean;
}

/** Unleash's strategy, as far as we write it. */
export interface UnleashStrategy {
  readonly name: 'flexibleRollout';
  readonly title: string;
  readonly parameters: { readonly rollout: string; readonly stickiness: string; readonly groupId: string };
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
  const share: UnleashStrategy = {
    name: 'flexibleRollout',
    title: 'share of users',
    parameters: { rollout: String(percent), stickiness, groupId: flag },
    constraints: [],
  };
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
        : Math.max(0, ...shares.map(({ parameters }) => Number(parameters['rollout']))),
    hasForeignStrategies: stored.strategies.length > named.length + shares.length,
  };
}

/** Which of our two ways in a strategy is; `foreign` when somebody else made it. */
export function kindOf(strategy: StoredStrategy, flag: string): 'named' | 'share' | 'foreign' {
  const { name, parameters, constraints } = strategy;
  if (name !== 'flexibleRollout' || parameters['stickiness'] !== stickiness || parameters['groupId'] !== flag)
    return 'foreign';
  if (constraints.length === 0) return 'share';
  const [only, ...more] = constraints;
  const isNamed =
    more.length === 0 && only?.contextName === 'userId' && only.operator === 'IN' && parameters['rollout'] === '100';
  return isNamed ? 'named' : 'foreign';
}
