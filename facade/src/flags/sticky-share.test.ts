import { describe, expect, test } from 'vitest';
import { isInStickyShare, shareStrategies } from './sticky-share.ts';

const keys = Array.from({ length: 20_000 }, (_, index) => `user-${index}`);

describe.each(shareStrategies)('the share of $name', (strategy) => {
  const membersAt = (percent: string, stickiness = 'default'): readonly string[] =>
    keys.filter((key) =>
      isInStickyShare(strategy, { [strategy.percentKey]: percent, groupId: 'g', stickiness }, key, 'trips.cutover'),
    );

  test('is as large as it says, and a larger one contains it', () => {
    const [some, more] = [membersAt('0.25'), membersAt('10')];
    expect(some.length).toBeGreaterThan(20);
    expect(some.length).toBeLessThan(90);
    expect(Math.abs(more.length / 200 - 10)).toBeLessThan(1);
    const wide = new Set(more);
    expect(some.filter((key) => !wide.has(key))).toEqual([]);
  });

  test('does not depend on the stickiness that somebody chose in Unleash', () => {
    const wanted = membersAt('10');
    for (const stickiness of ['random', 'sessionId', 'userId', 'tenant'])
      expect(membersAt('10', stickiness)).toEqual(wanted);
  });

  test.each(['0', '-1', 'x', ''])('of %j has nobody in it', (percent) => {
    expect(membersAt(percent)).toEqual([]);
  });
});
