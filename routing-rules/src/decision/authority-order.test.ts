import { describe, expect, test } from 'vitest';
import { matchRoute } from '../table/match-route.ts';
import { aCapability, rulesText, tableOf } from '../testing/rules-builder.ts';
import type { Side } from '../language/rules-document.ts';
import { decide } from './decide.ts';
import { overridesFrom } from './override-orders.ts';

const routes = [{ id: 'trips', methods: ['GET'], path: '/trips', capability: 'trips' }];
const table = tableOf(rulesText({ capabilities: { trips: aCapability }, routes }));
const request = { method: 'GET', path: '/trips' };

const orders: readonly (Side | undefined)[] = [undefined, 'legacy', 'extracted'];
const yesOrNo = [false, true];
/** Everything that the authorities can say at the same time. */
const situations = orders.flatMap((forUser) =>
  orders.flatMap((forAll) =>
    yesOrNo.flatMap((isAlarmed) =>
      orders.flatMap((owner) => yesOrNo.map((isOn) => ({ forUser, forAll, isAlarmed, owner, isOn }))),
    ),
  ),
);

describe('override > guard > ownership > flag > legacy', () => {
  test.each(situations)(
    'order for the user $forUser, for all $forAll, alarm $isAlarmed, owner $owner, flag $isOn',
    (situation) => {
      const { forUser, forAll, isAlarmed, owner, isOn } = situation;
      const decision = decide({
        table,
        match: matchRoute(table, request),
        request,
        subject: { kind: 'identified', id: '42' },
        flags: { isEnabled: () => ({ isEnabled: isOn, reason: 'test' }) },
        override: overridesFrom([
          ...(forAll ? [{ capability: 'trips', side: forAll, reason: 'test' }] : []),
          ...(forUser ? [{ capability: 'trips', side: forUser, subject: '42', reason: 'test' }] : []),
        ]),
        guard: { alarmFor: () => (isAlarmed ? { why: 'errors' } : undefined) },
        ownership: { ownerOf: () => owner && { side: owner, epoch: 1 } },
      });
      expect([decision.side, decision.reason.kind]).toEqual(strongest(situation));
    },
  );
});

function strongest({ forUser, forAll, isAlarmed, owner, isOn }: (typeof situations)[number]): readonly [Side, string] {
  const order = forUser ?? forAll;
  if (order) return [order, 'override'];
  if (isAlarmed) return ['legacy', 'guard'];
  if (owner) return [owner, 'ownership'];
  return [isOn ? 'extracted' : 'legacy', 'flag'];
}
