import fc from 'fast-check';
import { expect, test } from 'vitest';
import { flagsFrom } from '../cases/flag-fixtures.ts';
import { matchRoute } from '../table/match-route.ts';
import { aCapability, rulesText, tableOf } from '../testing/rules-builder.ts';
import { decide } from './decide.ts';
import type { Subject } from './ports.ts';

const request = { method: 'GET', path: '/trips' };
const route = { id: 'trips', methods: ['GET'], path: '/trips', capability: 'trips' };

interface Share {
  readonly percent: number;
  /** The rule's own percentage; the flag is on for everybody then. */
  readonly isByRule: boolean;
  readonly users: readonly string[];
}

function sideOf(subject: Subject, { percent, isByRule, users }: Share): string {
  const rollout = isByRule ? { rollout: { percent, stickiness: 'scope' } } : {};
  const table = tableOf(
    rulesText({ capabilities: { trips: { ...aCapability, anonymous: 'cookie', ...rollout } }, routes: [route] }),
  );
  const flags = flagsFrom({ 'trips.cutover': isByRule ? true : { users: [...users], percent } });
  return decide({ table, match: matchRoute(table, request), request, subject, flags }).side;
}

const ids = fc.record({ anonymousId: fc.uuid(), id: fc.uuid() });
const before = ({ anonymousId }: { readonly anonymousId: string }): Subject => ({ kind: 'anonymous', anonymousId });
const after = (caller: { readonly anonymousId: string; readonly id: string }): Subject => ({
  kind: 'identified',
  ...caller,
});
const percents = fc.integer({ min: 0, max: 10_000 }).map((hundredths) => hundredths / 100);

test('a login changes no side, at any percentage', () => {
  fc.assert(
    fc.property(ids, percents, fc.boolean(), (caller, percent, isByRule) => {
      const share = { percent, isByRule, users: [] };
      expect(sideOf(after(caller), share)).toBe(sideOf(before(caller), share));
    }),
  );
});

test('a higher percentage takes nobody back, before and after the login', () => {
  fc.assert(
    fc.property(ids, percents, percents, fc.boolean(), (caller, one, other, isByRule) => {
      const [low, high] = [Math.min(one, other), Math.max(one, other)];
      for (const subject of [before(caller), after(caller)]) {
        if (sideOf(subject, { percent: low, isByRule, users: [] }) === 'legacy') continue;
        expect(sideOf(subject, { percent: high, isByRule, users: [] })).toBe('extracted');
      }
    }),
  );
});

test('a user whom the flag names is moved, whatever his cookie says', () => {
  const caller = { anonymousId: 'a-cookie', id: '42' };
  const share = { percent: 0, isByRule: false, users: ['42'] };
  expect([sideOf(before(caller), share), sideOf(after(caller), share)]).toEqual(['legacy', 'extracted']);
});
