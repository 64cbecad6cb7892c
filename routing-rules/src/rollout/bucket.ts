import { murmur3 } from './murmur3.ts';

export const bucketCount = 10_000;

/**
 * Sticky bucket of one scope for a percentage, in steps of 0.01 %.
 *
 * Unleash sees only `murmur3 % 100`; that is the leading part here, so that a whole percentage is the same cohort in both,
 * and the next two digits of the hash divide each of its hundredths.
 *
 * @param scopeKey - stable id of the user, vehicle or tenant; '' is rejected, it would put all nameless calls into one bucket
 * @param salt - usually the flag's name (Unleash's groupId), so that two capabilities do not pick the same people
 * @returns 0..9999; `percent` takes the buckets below `bucketsOf(percent)`
 * @throws {RangeError} when `scopeKey` is ''
 */
export function bucketOf(scopeKey: string, salt: string): number {
  if (scopeKey === '')
    throw new RangeError(
      `A bucket of "${salt}" needs a scope key, "" is none; serve a caller without a scope from legacy.`,
    );
  const hash = murmur3(`${salt}:${scopeKey}`);
  return (hash % 100) * 100 + (Math.floor(hash / 100) % 100);
}

/** How many buckets a percentage takes; 0.07 % is 7, whatever binary fractions make of 0.07 × 100. */
export function bucketsOf(percent: number): number {
  return Math.round(percent * (bucketCount / 100));
}

/** Whether the scope is among the first `percent` (0..100) of all scopes. Monotone: a higher percentage only adds scopes. */
export function isInShare(scopeKey: string, salt: string, percent: number): boolean {
  return bucketOf(scopeKey, salt) < bucketsOf(percent);
}
