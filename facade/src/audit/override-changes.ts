import { changesBetween, type OverrideChange, type OverrideSet } from '../overrides/override.ts';
import type { AuditChange } from './audit.ts';

type Recorded = Extract<AuditChange, { kind: 'override-changed' }>;

/** Orders for single scopes that change alike are one entry: an audit line counts users, it does not name them. */
export function overrideChanges(before: OverrideSet, after: OverrideSet, by: string): readonly Recorded[] {
  const groups = new Map<string, OverrideChange[]>();
  for (const change of changesBetween(before, after)) {
    const group = groupOf(change);
    groups.set(group, [...(groups.get(group) ?? []), change]);
  }
  return [...groups.values()].flatMap((changes) => recordedOf(changes, by));
}

function groupOf({ from, to }: OverrideChange): string {
  const { capability, subject } = to ?? from ?? {};
  return JSON.stringify([capability, subject === undefined, from?.side, to?.side, to?.reason]);
}

function recordedOf(changes: readonly OverrideChange[], by: string): readonly Recorded[] {
  const { from, to } = changes[0] ?? { from: undefined, to: undefined };
  const order = to ?? from;
  if (!order) return [];
  const isForEverybody = order.subject === undefined;
  return [
    {
      kind: 'override-changed',
      by,
      concerning: order.capability,
      from: sideOf(from),
      to: sideOf(to),
      reason: to?.reason,
      effect: { isForEverybody, scopeCount: isForEverybody ? 0 : changes.length },
    },
  ];
}

function sideOf(order: OverrideChange['from']): string {
  return order ? order.side : 'flag';
}
