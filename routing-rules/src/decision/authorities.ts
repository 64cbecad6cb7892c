import { bucketOf, bucketsOf } from '../rollout/bucket.ts';
import type { Rollout } from '../table/route.ts';
import type { Authority, Case, Ruling } from './authority.ts';

const override: Authority = {
  name: 'override',
  rule({ override, capability, scopeKey }) {
    const order = override?.orderFor(capability.name, scopeKey);
    return order && { side: order.side, reason: { kind: 'override', why: order.reason } };
  },
  whyNot: () => 'No local order is in force.',
};

const stage: Authority = {
  name: 'stage',
  rule({ capability: { stage } }) {
    if (stage === 'live' || stage === 'rampdown') return undefined;
    return { side: stage === 'complete' ? 'extracted' : 'legacy', reason: { kind: 'stage', stage } };
  },
  whyNot: ({ capability }) => `The stage ${capability.stage} lets the flag decide.`,
};

const scope: Authority = {
  name: 'scope',
  rule({ route, scopeKey }) {
    if (scopeKey !== undefined) return undefined;
    if (route.scope.from === 'subject') return { side: 'legacy', reason: { kind: 'anonymous' } };
    return { side: 'legacy', reason: { kind: 'no-scope', why: `the ${route.scope.from} has no ${route.scope.name}` } };
  },
  whyNot: ({ route, scopeKey = '' }) => {
    const source = route.scope.from === 'subject' ? 'the subject' : `${route.scope.from} ${route.scope.name}`;
    return `The scope is "${scopeKey}", from ${source}.`;
  },
};

const guard: Authority = {
  name: 'guard',
  rule({ guard, capability, scopeKey }) {
    const alarm = scopeKey === undefined ? undefined : guard?.alarmFor(capability.name, scopeKey);
    return alarm && { side: 'legacy', reason: { kind: 'guard', why: alarm.why } };
  },
  whyNot: ({ guard }) => (guard ? 'No guard has raised an alarm.' : 'No guard is connected.'),
};

const ownership: Authority = {
  name: 'ownership',
  rule({ ownership, capability, scopeKey }) {
    const owner = scopeKey === undefined ? undefined : ownership?.ownerOf(capability.name, scopeKey);
    return owner && { side: owner.side, reason: { kind: 'ownership', epoch: owner.epoch } };
  },
  whyNot: ({ capability }) => `No owner is recorded; with handover "${capability.handover}" the flag decides.`,
};

/** From the strongest to the weakest; after them comes the flag. */
export const authorities: readonly Authority[] = [override, stage, scope, guard, ownership];

/** The flag always rules: off, or not known, is legacy. */
export function ruleByFlag(matter: Case): Ruling {
  const { capability, flags, scopeKey = '', bucketKey } = matter;
  const { isEnabled, reason } = flags.isEnabled(capability.flag, scopeKey, bucketKey);
  if (isEnabled && capability.rollout) return ruleByRollout(matter, capability.rollout);
  const side = isEnabled ? 'extracted' : 'legacy';
  return { side, reason: { kind: 'flag', isEnabled, why: reason }, flag: capability.flag };
}

function ruleByRollout(matter: Case, { percent, stickiness, salt }: Rollout): Ruling {
  const { capability, bucketKey, callerBucketKey } = matter;
  const key = stickiness === 'scope' ? bucketKey : callerBucketKey;
  const outside = { kind: 'rollout', isInside: false, percent } as const;
  if (key === undefined) return { side: 'legacy', reason: outside, flag: capability.flag };
  const bucket = (matter.bucketOf ?? bucketOf)(key, salt);
  const isInside = bucket < bucketsOf(percent);
  return { side: isInside ? 'extracted' : 'legacy', reason: { ...outside, isInside }, flag: capability.flag, bucket };
}
