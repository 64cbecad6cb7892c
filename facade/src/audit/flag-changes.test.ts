import { expect, test } from 'vitest';
import { createFlagWatch } from './flag-changes.ts';

const flexible = (rollout: string, users: readonly string[] = []) => ({
  name: 'flexibleRollout',
  parameters: { rollout, stickiness: 'userId', groupId: 'trips.cutover' },
  constraints: users.length === 0 ? [] : [{ contextName: 'userId', operator: 'IN', values: users }],
});
const flag = (enabled: boolean, ...strategies: readonly unknown[]): unknown => ({
  name: 'trips.cutover',
  enabled,
  strategies,
});

/** A flag that is what was said last; `told` are the changes that each said. */
function watched(kind: 'synchronized' | 'cached' = 'synchronized') {
  let definition: unknown;
  const watch = createFlagWatch({ definition: () => definition, status: () => ({ kind }) });
  return (next: unknown) => {
    definition = next;
    return watch.look(['trips.cutover']);
  };
}

test('a change says from, to and how many users it concerns, and no id', () => {
  const said = watched();
  expect(said(flag(false))).toEqual([
    {
      kind: 'flag-changed',
      by: 'unleash',
      concerning: 'trips.cutover',
      from: 'not known',
      to: 'off',
      effect: { usersAdded: 0, usersRemoved: 0 },
    },
  ]);
  const moved = said(flag(true, flexible('100', ['4711', '4712']), flexible('5')));
  expect(moved).toMatchObject([{ from: 'off', to: 'on: 2 named user(s) + 5 %', effect: { usersAdded: 2 } }]);
  expect(JSON.stringify(moved)).not.toContain('471');
});

test('other users in the same number are a change', () => {
  const said = watched();
  said(flag(true, flexible('100', ['7', '8'])));
  expect(said(flag(true, flexible('100', ['8', '9'])))).toMatchObject([
    { from: 'on: 2 named user(s)', to: 'on: 2 named user(s)', effect: { usersAdded: 1, usersRemoved: 1 } },
  ]);
});

test('the same definition in another object is no change', () => {
  const said = watched();
  said(flag(true, flexible('5')));
  expect(said(flag(true, flexible('5')))).toEqual([]);
});

test('a flag that vanishes is a change, and so is one that comes from the backup', () => {
  const said = watched('cached');
  expect(said(flag(true))).toMatchObject([{ by: 'backup', to: 'on: everybody' }]);
  expect(said(undefined)).toMatchObject([{ from: 'on: everybody', to: 'not known' }]);
});

test.each([
  [[{ name: 'default' }], 'on: everybody'],
  [[{ name: 'userWithId', parameters: { userIds: '1, 2,3' } }], 'on: userWithId of 3 named user(s)'],
  [[{ ...flexible('25', ['1']) }], 'on: 25 % of 1 named user(s)'],
  [
    [{ ...flexible('25'), constraints: [{ contextName: 'region', operator: 'IN', values: ['eu'] }] }],
    'on: 25 % under 1 other condition(s)',
  ],
  [[{ ...flexible('25'), disabled: true }, flexible('1')], 'on: 1 %'],
])('strategies %j are told as "%s"', (strategies, words) => {
  expect(watched()(flag(true, ...strategies))).toMatchObject([{ to: words }]);
});

test('a definition that nobody understands is told as such', () => {
  expect(watched()({ enabled: 'maybe' })).toMatchObject([{ to: 'in a form that is not known' }]);
});
