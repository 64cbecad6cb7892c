import { safeMethods } from '../language/access.ts';
import type { RouteMatch } from '../table/match-route.ts';
import type { Destination, Route, RouteTarget } from '../table/route.ts';
import type { RouteRequest } from '../table/route-request.ts';
import type { RuleTable } from '../table/route-table.ts';
import { authorities, ruleByFlag } from './authorities.ts';
import type { Case, Hearing, Ruling } from './authority.ts';
import type { Decision } from './decision.ts';
import type { BucketReader, FlagReader, GuardReader, OverrideReader, OwnershipReader, Subject } from './ports.ts';
import { callerBucketKeyOf, scopeKeyOf } from './scope-key.ts';

export interface DecideInput {
  readonly table: RuleTable;
  readonly match: RouteMatch;
  readonly request: RouteRequest;
  readonly subject: Subject;
  readonly flags: FlagReader;
  readonly override?: OverrideReader | undefined;
  readonly guard?: GuardReader | undefined;
  readonly ownership?: OwnershipReader | undefined;
  /** Where keys fall that are not themselves at hand, as in a traffic sample. */
  readonly bucketOf?: BucketReader | undefined;
}

export type DecideObserver = (hearing: Hearing) => void;

type CapabilityTarget = Extract<RouteTarget, { kind: 'capability' }>;

/**
 * Where a request goes: the first of override, stage, scope, guard, ownership and flag that rules.
 * Pure and frozen: the same input gives the same decision, for all that happens to this request.
 */
export function decide(input: DecideInput, observer?: DecideObserver): Decision {
  const { match, table, request } = input;
  if (match.kind === 'unmatched') return decideFixed(table.fallback, undefined, input);
  const { route, params } = match;
  const { target } = route;
  if (target.kind === 'fixed') return decideFixed(target.destination, route, input);
  const { capability } = target;
  const scopeKey = scopeKeyOf({ route, capability, params, request, subject: input.subject });
  const callerBucketKey = callerBucketKeyOf(input.subject, capability);
  const bucketKey = route.scope.from === 'subject' ? callerBucketKey : scopeKey;
  const { flags, override, guard, ownership, bucketOf } = input;
  const keys = { scopeKey, callerBucketKey, bucketKey };
  const matter: Case = { route, capability, ...keys, flags, override, guard, ownership, bucketOf };
  return decisionOf(firstRuling(matter, observer), target, matter, input.subject);
}

function firstRuling(matter: Case, observer: DecideObserver | undefined): Ruling {
  for (const authority of authorities) {
    const ruling = authority.rule(matter);
    if (ruling) observer?.({ name: authority.name, ruling });
    else if (observer) observer({ name: authority.name, ruling, whyNot: authority.whyNot(matter) });
    if (ruling) return ruling;
  }
  const ruling = ruleByFlag(matter);
  observer?.({ name: 'flag', ruling });
  return ruling;
}

function decisionOf(
  ruling: Ruling,
  target: CapabilityTarget,
  { route, capability, scopeKey }: Case,
  subject: Subject,
): Decision {
  const { upstream, timeouts, transform } = target[ruling.side];
  return Object.freeze({
    side: ruling.side,
    upstream,
    timeouts,
    transform,
    // At complete, legacy no longer keeps the data up to date.
    fallback: ruling.side === 'extracted' && capability.stage !== 'complete' ? target.legacy : undefined,
    routeId: route.id,
    capability: capability.name,
    access: route.access,
    scope: scopeKey,
    subject: idOf(subject),
    reason: ruling.reason,
    flag: ruling.flag,
    bucket: ruling.bucket,
  });
}

const fixed = Object.freeze({ kind: 'fixed' });
const unmatched = Object.freeze({ kind: 'unmatched' });

function decideFixed(
  { upstream, timeouts, transform }: Destination,
  route: Route | undefined,
  { request, subject }: DecideInput,
): Decision {
  return Object.freeze({
    side: upstream.side,
    upstream,
    timeouts,
    transform,
    fallback: undefined,
    routeId: route?.id,
    capability: undefined,
    access: route?.access ?? (safeMethods.has(request.method) ? 'read' : 'write'),
    scope: undefined,
    subject: idOf(subject),
    reason: route ? fixed : unmatched,
    flag: undefined,
    bucket: undefined,
  });
}

function idOf(subject: Subject): string | undefined {
  return subject.kind === 'identified' ? subject.id : undefined;
}
