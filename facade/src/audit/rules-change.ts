import type { RuleTable } from '@banyan/routing-rules';
import type { RulesChange } from '../rules-file/rules-file.ts';
import type { AuditChange, RulesEffect } from './audit.ts';

/** From and to are revisions; a refused file leaves the one before in force. */
export function auditOfRules(change: RulesChange): AuditChange {
  const { by, before } = change;
  const base = { by, concerning: 'rules', from: before.revision };
  if (change.kind === 'refused')
    return { ...base, kind: 'rules-refused', to: before.revision, effect: { problemCount: change.problems.length } };
  const { after } = change;
  return { ...base, kind: 'rules-replaced', to: after.revision, effect: effectOfRules(before.table, after.table) };
}

/** What a new table of rules does differently, by the ids of routes and the names of capabilities. */
function effectOfRules(before: RuleTable, after: RuleTable): RulesEffect {
  const routes = compare(byName(before.routes, 'id'), byName(after.routes, 'id'));
  const capabilities = compare(byName(before.capabilities, 'name'), byName(after.capabilities, 'name'));
  return {
    routesAdded: routes.added,
    routesRemoved: routes.removed,
    routesChanged: routes.changed,
    capabilitiesChanged: capabilities.added + capabilities.removed + capabilities.changed,
  };
}

type Texts = ReadonlyMap<string, string>;

function byName<Key extends string>(rules: readonly Readonly<Record<Key, string>>[], key: Key): Texts {
  return new Map(rules.map((rule) => [rule[key], JSON.stringify(rule)]));
}

function compare(before: Texts, after: Texts) {
  const kept = [...after].filter(([name]) => before.has(name));
  return {
    added: after.size - kept.length,
    removed: before.size - kept.length,
    changed: kept.filter(([name, text]) => before.get(name) !== text).length,
  };
}
