import { expect, test } from 'vitest';
import { strategiesFor, type FlagIntent } from '@banyan/control';
import { awaitEffect } from './flag-effect.ts';
import type { JsonClient } from './http-json.ts';

const intent: FlagIntent = {
  flag: 'trips.cutover',
  isEnabled: true,
  users: ['42'],
  percent: 5,
  hasForeignStrategies: false,
};
const heldBy = (held: FlagIntent): unknown => ({
  isKnown: true,
  definition: { enabled: held.isEnabled, strategies: strategiesFor(held) },
});

/** A facade that answers these values one after the other, the last one for ever. */
function facadeThatHolds(...answers: readonly unknown[]): Pick<JsonClient, 'call'> {
  let asked = 0;
  return { call: (schema) => Promise.resolve(schema.parse(answers[Math.min(asked++, answers.length - 1)])) };
}

test('is reached once the facade holds the same users and share', async () => {
  const facade = facadeThatHolds(heldBy({ ...intent, users: [] }), heldBy(intent));
  expect(await awaitEffect(facade, intent)).toMatchObject({ isInEffect: true });
});

test('is not claimed while the facade holds other users', async () => {
  const facade = facadeThatHolds(heldBy({ ...intent, users: ['43'] }));
  expect(await awaitEffect(facade, intent, 1)).toMatchObject({ isInEffect: false });
});

test('of switching off needs no strategies, which Unleash does not hand out then', async () => {
  const facade = facadeThatHolds({ isKnown: true, definition: { enabled: false, strategies: [] } });
  expect(await awaitEffect(facade, { ...intent, isEnabled: false })).toMatchObject({ isInEffect: true });
});

test('is not claimed when the facade does not answer, and says why', async () => {
  const away: Pick<JsonClient, 'call'> = { call: () => Promise.reject(new TypeError('no answer')) };
  const effect = await awaitEffect(away, intent, 1);
  expect(effect.isInEffect).toBe(false);
  expect(effect.text).toContain('no answer');
});
