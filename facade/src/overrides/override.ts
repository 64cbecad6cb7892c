import { overridesFrom, type OverrideOrder, type OverrideReader } from '@banyan/routing-rules';

/** A local order that beats every flag and needs no network. */
export interface Override extends OverrideOrder {
  /** ISO 8601, UTC. */
  readonly since: string;
  /** Who gave the order: the name of a token, or `file`. */
  readonly by: string;
}

/** All orders in force; a frozen value that is replaced as a whole. */
export interface OverrideSet extends OverrideReader {
  readonly all: readonly Override[];
}

export function overrideSet(all: readonly Override[]): OverrideSet {
  return Object.freeze({ ...overridesFrom(all), all: Object.freeze([...all]) });
}

/** One order per capability and subject; the parts cannot run into each other. */
export function keyOf({ capability, subject }: Pick<Override, 'capability' | 'subject'>): string {
  return JSON.stringify([capability, subject ?? null]);
}

export interface OverrideChange {
  readonly from: Override | undefined;
  readonly to: Override | undefined;
}

/** What the operator sees differently after the change; orders that say the same are none. */
export function changesBetween(before: OverrideSet, after: OverrideSet): readonly OverrideChange[] {
  const old = new Map(before.all.map((override) => [keyOf(override), override]));
  const now = new Map(after.all.map((override) => [keyOf(override), override]));
  const keys = new Set([...old.keys(), ...now.keys()]);
  return [...keys]
    .map((key) => ({ from: old.get(key), to: now.get(key) }))
    .filter(({ from, to }) => from?.side !== to?.side || from?.reason !== to?.reason);
}
