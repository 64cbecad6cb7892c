import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { intentOf, strategiesFor, type FlagIntent, type StoredStrategy } from './flag-intent.ts';

const flag = 'trips.cutover';
const anIntent = (part: Partial<FlagIntent>): FlagIntent => ({
  flag,
  isEnabled: true,
  users: [],
  percent: 0,
  hasForeignStrategies: false,
  ...part,
});

describe('a flag intent', () => {
  test('read back from the strategies that carry it is the same intent', () => {
    const intents = fc.record({
      flag: fc.constant(flag),
      isEnabled: fc.boolean(),
      users: fc.uniqueArray(fc.string({ minLength: 1 })),
      percent: fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100),
      hasForeignStrategies: fc.constant(false),
    });
    fc.assert(
      fc.property(intents, (intent) => {
        expect(intentOf(flag, { enabled: intent.isEnabled, strategies: strategiesFor(intent) })).toEqual(intent);
      }),
    );
  });

  test('always keeps a share strategy, because a flag without any is on for everybody', () => {
    expect(strategiesFor(anIntent({ users: [], percent: 0 }))).toHaveLength(1);
  });

  test('of an enabled flag without strategies is 100 %, as Unleash decides it', () => {
    expect(intentOf(flag, { enabled: true, strategies: [] }).percent).toBe(100);
  });

  test('tells that somebody else wrote a strategy into the flag', () => {
    const foreign: StoredStrategy = { name: 'remoteAddress', parameters: { IPs: '127.0.0.1' }, constraints: [] };
    expect(intentOf(flag, { enabled: true, strategies: [foreign] }).hasForeignStrategies).toBe(true);
  });

  test('ignores strategies that are switched off', () => {
    const [share] = strategiesFor(anIntent({ percent: 40 }));
    expect(
      share &&
        intentOf(flag, {
          enabled: true,
          strategies: [
            { ...share, disabled: true },
            { ...share, parameters: { ...share.parameters, rollout: '5' } },
          ],
        }).percent,
    ).toBe(5);
  });
});
