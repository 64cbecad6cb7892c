import { z } from 'zod';
import type { FlagStatus } from '../flags/flag-source.ts';
import type { AuditChange } from './audit.ts';

const strategySchema = z.object({
  name: z.string(),
  disabled: z.boolean().nullish(),
  parameters: z.record(z.string(), z.unknown()).nullish(),
  constraints: z
    .array(z.object({ contextName: z.string(), operator: z.string(), values: z.array(z.string()).nullish() }))
    .nullish(),
});
const definitionSchema = z.object({ enabled: z.boolean(), strategies: z.array(strategySchema).nullish() });
type Strategy = z.infer<typeof strategySchema>;

interface Seen {
  readonly definition: unknown;
  readonly text: string;
  readonly words: string;
  readonly users: ReadonlySet<string>;
}

export interface FlagWatch {
  /** Called about once a second; the changes since the last call. */
  look(flags: readonly string[]): readonly AuditChange[];
}

export interface FlagWatchParts {
  readonly definition: (flag: string) => unknown;
  readonly status: () => Pick<FlagStatus, 'kind'>;
}

const notKnown: Seen = { definition: undefined, text: '', words: 'not known', users: new Set() };

/** Sees each change of the flags that the rules ask. What is known of a flag at the first look is news too. */
export function createFlagWatch({ definition, status }: FlagWatchParts): FlagWatch {
  const seen = new Map<string, Seen>();
  return {
    look: (flags) =>
      flags.flatMap((flag): readonly AuditChange[] => {
        const before = seen.get(flag) ?? notKnown;
        const found = definition(flag);
        // The SDK keeps the object until the flag server says something else.
        if (found === before.definition) return [];
        const after = seenNow(found);
        seen.set(flag, after);
        if (after.text === before.text) return [];
        return [changeOf(flag, before, after, status().kind === 'cached' ? 'backup' : 'unleash')];
      }),
  };
}

function changeOf(flag: string, before: Seen, after: Seen, by: string): AuditChange {
  const usersAdded = [...after.users].filter((user) => !before.users.has(user)).length;
  const usersRemoved = [...before.users].filter((user) => !after.users.has(user)).length;
  return {
    kind: 'flag-changed',
    by,
    concerning: flag,
    from: before.words,
    to: after.words,
    effect: { usersAdded, usersRemoved },
  };
}

function seenNow(definition: unknown): Seen {
  if (definition === undefined) return notKnown;
  const parsed = definitionSchema.safeParse(definition);
  const text = JSON.stringify(definition);
  if (!parsed.success) return { definition, text, words: 'in a form that is not known', users: new Set() };
  const strategies = (parsed.data.strategies ?? []).filter(({ disabled }) => disabled !== true);
  const words = parsed.data.enabled ? `on: ${strategies.map(wordsOf).join(' + ') || 'everybody'}` : 'off';
  return { definition, text, words, users: new Set(strategies.flatMap(usersOf)) };
}

function usersOf({ parameters, constraints }: Strategy): readonly string[] {
  const listed = parameters?.['userIds'];
  const named = typeof listed === 'string' ? listed.split(',').map((id) => id.trim()) : [];
  const constrained = (constraints ?? []).flatMap(({ contextName, operator, values }) =>
    contextName === 'userId' && operator === 'IN' ? (values ?? []) : [],
  );
  return [...named, ...constrained].filter((id) => id !== '');
}

function wordsOf(strategy: Strategy): string {
  const { name, parameters, constraints } = strategy;
  const percent = [parameters?.['rollout'], parameters?.['percentage'], parameters?.['percent']].find(isNumeric);
  const userCount = usersOf(strategy).length;
  const otherCount = (constraints ?? []).filter(({ contextName }) => contextName !== 'userId').length;
  const share = percent === undefined ? (name === 'default' ? 'everybody' : name) : `${percent} %`;
  const whom = userCount === 0 ? share : `${share === '100 %' ? '' : `${share} of `}${userCount} named user(s)`;
  return otherCount === 0 ? whom : `${whom} under ${otherCount} other condition(s)`;
}

function isNumeric(value: unknown): value is string | number {
  return (typeof value === 'string' || typeof value === 'number') && value !== '' && Number.isFinite(Number(value));
}
