import { isInShare } from '@banyan/routing-rules';

/** A strategy of a flag that takes a share of all scopes. */
export interface ShareStrategy {
  readonly name: string;
  /** The parameter that holds the percentage. */
  readonly percentKey: string;
}

/**
 * The strategies of Unleash that take a share, by buckets of our own: the same cohorts as the SDK's for whole percents, but
 * always by the key that the decision gives. The SDK goes by the flag's "stickiness", and draws lots at every call for
 * `random`, and for `default` where nobody is logged in.
 */
export const shareStrategies: readonly ShareStrategy[] = [
  { name: 'flexibleRollout', percentKey: 'rollout' },
  { name: 'gradualRolloutUserId', percentKey: 'percentage' },
  { name: 'gradualRolloutSessionId', percentKey: 'percentage' },
  { name: 'gradualRolloutRandom', percentKey: 'percentage' },
  // Ours, in steps of 0.01 %; to be made in Unleash, see docs/guide/cutover.md.
  { name: 'banyanRollout', percentKey: 'percent' },
];

/** @param salt - stands for a missing `groupId` */
export function isInStickyShare(
  { percentKey }: ShareStrategy,
  parameters: Readonly<Record<string, unknown>>,
  bucketKey: string,
  salt: string,
): boolean {
  const percent = Number(parameters[percentKey]);
  const { groupId } = parameters;
  if (!(percent > 0) || bucketKey === '') return false;
  return isInShare(bucketKey, typeof groupId === 'string' && groupId !== '' ? groupId : salt, percent);
}
