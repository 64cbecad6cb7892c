import { suggestion } from '../problem/did-you-mean.ts';
import type { Finding } from '../problem/finding.ts';
import type { RuleTable } from '../table/route-table.ts';
import type { Draft } from '../yaml/draft.ts';
import type { CasesInput } from './cases-schema.ts';

type CaseDraft = NonNullable<NonNullable<Draft<CasesInput>['cases']>[number]>;

interface Reference {
  readonly code: Finding['code'];
  readonly what: string;
  readonly name: string | undefined;
  readonly names: readonly string[];
  readonly path: Finding['path'];
}

/** What a case names must be there: a misspelled flag would be off for ever, and the case would prove nothing. */
export function checkCases(draft: Pick<Draft<CasesInput>, 'cases'>, table: RuleTable): readonly Finding[] {
  return (draft.cases ?? []).flatMap((ruleCase, index) =>
    ruleCase ? references(ruleCase, ['cases', index], table).flatMap(check) : [],
  );
}

function references({ expect, flags }: CaseDraft, path: Finding['path'], table: RuleTable): readonly Reference[] {
  const flagNames = [...new Set(table.capabilities.map(({ flag }) => flag))];
  return [
    {
      code: 'unknown-route',
      what: 'route',
      name: expect?.route === 'none' ? undefined : expect?.route,
      names: table.routes.map(({ id }) => id),
      path: [...path, 'expect', 'route'],
    },
    {
      code: 'unknown-upstream',
      what: 'upstream',
      name: expect?.upstream,
      names: table.upstreams.map(({ name }) => name),
      path: [...path, 'expect', 'upstream'],
    },
    ...Object.keys(flags ?? {}).map((name): Reference => ({
      code: 'unknown-flag',
      what: 'flag',
      name,
      names: flagNames,
      path: [...path, 'flags', name],
    })),
  ];
}

function check({ code, what, name, names, path }: Reference): readonly Finding[] {
  if (name === undefined || names.includes(name)) return [];
  const message = `The rules have no ${what} "${name}".`;
  return [{ code, path, isAboutKey: code === 'unknown-flag', message, remedy: suggestion(name, names) }];
}
