/** A local order that beats every flag and needs no network. */
export interface Override {
  readonly capability: string;
  readonly side: 'legacy' | 'extracted';
  /** Undefined: everybody. An order for one subject beats the one for everybody. */
  readonly subject?: string | undefined;
  readonly reason: string;
  /** ISO 8601, UTC. */
  readonly since: string;
  /** Who gave the order: the name of a token, or `file`. */
  readonly by: string;
}

/** All orders in force; a frozen value that is replaced as a whole. */
export interface OverrideSet {
  readonly all: readonly Override[];
  /** @returns the order for this subject, or else the one for everybody */
  find(capability: string, subject: string | undefined): Override | undefined;
}

export function overrideSet(all: readonly Override[]): OverrideSet {
  const byKey = new Map(all.map((override) => [keyOf(override), override]));
  return Object.freeze({
    all: Object.freeze([...all]),
    find: (capability: string, subject: string | undefined) =>
      (subject === undefined ? undefined : byKey.get(keyOf({ capability, subject }))) ??
      byKey.get(keyOf({ capability })),
  });
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
