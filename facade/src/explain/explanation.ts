import {
  bucketOf,
  callerBucketKeyOf,
  explain,
  limitsOf,
  type Decision,
  type Explanation,
  type FlagReader,
  type GuardReader,
  type OverrideReader,
  type OwnershipReader,
  type RouteLimits,
  type RouteRequest,
  type Side,
  type Subject,
  type Upstream,
} from '@banyan/routing-rules';
import { flagBucketOf, type FlagBucket, type FlagShare } from '../flags/flag-shares.ts';
import type { FlagStatus } from '../flags/flag-source.ts';
import type { InstanceStatus } from '../forward/instances/instance-group.ts';
import type { RulesInForce } from '../rules-file/rules-in-force.ts';
import { explainParts, type ExplainedPart } from './explained-parts.ts';
import type { ShownRequest } from './shown-request.ts';

/** What stands behind every decision of the facade. */
export interface Authorities {
  readonly rules: () => RulesInForce;
  readonly flags: () => FlagReader;
  readonly overrides: () => OverrideReader;
  readonly guard?: GuardReader | undefined;
  readonly ownership?: OwnershipReader | undefined;
  readonly flagStatus: () => FlagStatus;
  /** The shares that the flag takes, as the flag server defines them. */
  readonly flagShares: (flag: string) => readonly FlagShare[];
  /** The servers of an upstream, and what is known about each. */
  readonly instancesOf: (upstream: Upstream) => readonly InstanceStatus[];
}

/** Everything there is to know about where a request goes, without sending it. */
export interface FullExplanation extends Explanation {
  readonly revision: string;
  /**
   * Where the scope falls, 0..9999: a share of p percent takes what is below 100 p. By the cookie of the time before the
   * login, where that decides. Null where nothing moves.
   */
  readonly buckets: Buckets | null;
  /** Null: nobody has recorded an owner. */
  readonly ownership: { readonly side: Side; readonly epoch: number } | null;
  /** What the request may take. Null: nothing is limited. */
  readonly limits: RouteLimits | null;
  readonly flagData: FlagStatus;
  /** Of the upstream that was chosen. */
  readonly instances: readonly InstanceStatus[];
  /** As the side would get it. */
  readonly request: ShownRequest;
  /** For an answer that several requests make up: where each of them goes; the rule's own upstream is not asked then. */
  readonly parts: readonly ExplainedPart[] | null;
}

export interface Buckets {
  readonly scope: string;
  readonly flag: FlagBucket;
  readonly rollout: { readonly salt: string; readonly percent: number; readonly bucket: number | null } | null;
}

export interface Explained {
  readonly request: RouteRequest;
  readonly subject: Subject;
  /** Path and query. */
  readonly target: string;
  readonly shown: (decision: Decision) => ShownRequest;
}

export function explainFully(
  authorities: Authorities,
  { request, subject, target, shown }: Explained,
): FullExplanation {
  const { table, revision } = authorities.rules();
  const { guard, ownership } = authorities;
  const standing = { table, flags: authorities.flags(), override: authorities.overrides(), guard, ownership };
  const deciding = { ...standing, request, subject };
  const explanation = explain(deciding);
  const { match } = explanation;
  const aggregate = match.kind === 'matched' ? match.route.aggregate : undefined;
  return {
    ...explanation,
    revision,
    buckets: bucketsOf(authorities, explanation, subject),
    ownership: ownerOf(authorities, explanation.decision),
    limits: limitsOf(explanation.match) ?? null,
    flagData: authorities.flagStatus(),
    instances: authorities.instancesOf(explanation.decision.upstream),
    request: shown(explanation.decision),
    parts: aggregate ? explainParts(aggregate, deciding, target) : null,
  };
}

function ownerOf({ ownership }: Authorities, { capability, scope }: Decision): FullExplanation['ownership'] {
  return capability === undefined || scope === undefined ? null : (ownership?.ownerOf(capability, scope) ?? null);
}

function bucketsOf(
  { flagShares }: Authorities,
  { match, decision: { scope } }: Explanation,
  subject: Subject,
): Buckets | null {
  if (match.kind === 'unmatched' || match.route.target.kind === 'fixed' || scope === undefined) return null;
  const { capability } = match.route.target;
  const { flag, rollout } = capability;
  const callerKey = callerBucketKeyOf(subject, capability);
  const scopeKey = match.route.scope.from === 'subject' ? (callerKey ?? scope) : scope;
  const rolloutKey = rollout?.stickiness === 'scope' ? scopeKey : callerKey;
  return {
    scope,
    flag: flagBucketOf({ name: flag, shares: flagShares(flag) }, scopeKey),
    rollout: rollout
      ? {
          salt: rollout.salt,
          percent: rollout.percent,
          bucket: rolloutKey === undefined ? null : bucketOf(rolloutKey, rollout.salt),
        }
      : null,
  };
}
