import type { FlagReader } from '../decision/ports.ts';
import { isInShare } from '../rollout/bucket.ts';
import type { FlagFixture } from './cases-schema.ts';

/** Flags as a case states them; percentages pick the scopes that Unleash picks with the flag's name as groupId. */
export function flagsFrom(fixtures: Readonly<Record<string, FlagFixture>>): FlagReader {
  return {
    isEnabled(flag, scopeKey, bucketKey = scopeKey) {
      const fixture = Object.hasOwn(fixtures, flag) ? fixtures[flag] : undefined;
      if (fixture === undefined) return { isEnabled: false, reason: 'the case does not name this flag' };
      if (typeof fixture === 'boolean') return { isEnabled: fixture, reason: `the case says ${fixture}` };
      if (fixture.users.includes(scopeKey)) return { isEnabled: true, reason: 'the case names this scope' };
      const isEnabled = isInShare(bucketKey, flag, fixture.percent);
      return { isEnabled, reason: `it is ${isEnabled ? 'inside' : 'outside'} ${fixture.percent} %` };
    },
  };
}
