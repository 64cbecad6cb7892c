import { moveKinds, type Move, type RoutePlan, type RulesPlan, type ScopePlan } from './plan-rules.ts';

const words: Readonly<Record<Move, string>> = {
  'to-extracted': 'legacy → extracted',
  'to-legacy': 'extracted → legacy',
  'to-other-upstream': 'to another upstream of the same side',
  'newly-refused': 'newly refused with 400',
  'no-longer-refused': 'no longer refused',
  'to-other-route': 'same server, by another rule',
};

/** Lines for a terminal: what moves by route, who moves by capability, and the sum. */
export function formatPlan(plan: RulesPlan): readonly string[] {
  const { requestCount, movedCount, untoldCount } = plan;
  const untold =
    untoldCount === 0
      ? []
      : [`Of ${untoldCount} request(s) the sample does not say enough to tell; they count as not moved by that.`];
  return [
    ...plan.routes.flatMap(routeLines),
    ...plan.scopes.flatMap((scope) => scopeLines(scope, plan.isScopeLimitReached)),
    ...untold,
    `${movedCount} of ${requestCount} requests would move.`,
  ];
}

function routeLines({ route, requestCount, moves }: RoutePlan): readonly string[] {
  const moved = moveKinds.filter((kind) => moves[kind] > 0);
  if (moved.length === 0) return [];
  return [
    `${route ?? 'no route'}: ${requestCount} request(s)`,
    ...moved.map((kind) => `  ${moves[kind]}  ${words[kind]}`),
  ];
}

function scopeLines({ capability, move, count, scopes }: ScopePlan, isLimitReached: boolean): readonly string[] {
  const more = count > scopes.length ? ` and ${count - scopes.length} more` : '';
  return [
    `${capability}: ${isLimitReached ? 'at least ' : ''}${count} scope(s) ${words[move]}`,
    `  ${scopes.join(', ')}${more}`,
  ];
}
