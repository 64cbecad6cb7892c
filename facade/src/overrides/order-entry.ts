import { keyOf, type Override } from './override.ts';

/** The last word on one key: an order, or that there is none any more. */
export type OrderEntry = { readonly kind: 'given'; readonly order: Override } | LiftedOrder;

export interface LiftedOrder {
  readonly kind: 'lifted';
  readonly capability: string;
  readonly subject: string | undefined;
  /** ISO 8601, UTC. */
  readonly since: string;
  readonly by: string;
}

/** By key. */
export type OrderEntries = ReadonlyMap<string, OrderEntry>;

export function entryKey(entry: OrderEntry): string {
  return keyOf(entry.kind === 'given' ? entry.order : entry);
}

export function sinceOf(entry: OrderEntry): string {
  return entry.kind === 'given' ? entry.order.since : entry.since;
}

/** Whether `one` takes the place of `other`: the later, and of two from the same millisecond the more careful one, everywhere alike. */
export function isNewer(one: OrderEntry, other: OrderEntry | undefined): boolean {
  if (!other) return true;
  const [oneMs, otherMs] = [Date.parse(sinceOf(one)), Date.parse(sinceOf(other))];
  return oneMs === otherMs ? careOf(one) > careOf(other) : oneMs > otherMs;
}

/** As the database compares, see `share-orders-sql.ts`. */
function careOf(entry: OrderEntry): number {
  if (entry.kind === 'lifted') return 1;
  return entry.order.side === 'legacy' ? 2 : 0;
}

/** A time for a new word on a key: now, or just after the last one where that is later by another replica's clock. */
export function timeAfter(known: OrderEntry | undefined, now: string): string {
  const nowMs = Date.parse(now);
  const nextMs = known ? Math.max(nowMs, Date.parse(sinceOf(known)) + 1) : nowMs;
  return new Date(nextMs).toISOString();
}

/**
 * A file says what is in force as a whole, without saying when: what it changes is new now, and what it lacks is lifted now.
 * At the start, where nothing is known, its own times count.
 */
export function entriesOfFile(overrides: readonly Override[], known: OrderEntries, now: string): readonly OrderEntry[] {
  const inFile = new Map(overrides.map((order) => [keyOf(order), order]));
  const given = [...inFile].map(([key, order]) => givenBy(order, known.get(key)));
  const lifted = [...known].flatMap(([key, entry]) =>
    entry.kind === 'given' && !inFile.has(key) ? [liftOf(entry.order, 'file', timeAfter(entry, now))] : [],
  );
  return [...given, ...lifted];
}

function givenBy(order: Override, known: OrderEntry | undefined): OrderEntry {
  if (known?.kind === 'given' && known.order.side === order.side && known.order.reason === order.reason) return known;
  return { kind: 'given', order: known ? { ...order, since: timeAfter(known, order.since) } : order };
}

export function liftOf({ capability, subject }: Pick<Override, 'capability' | 'subject'>, by: string, since: string) {
  return { kind: 'lifted', capability, subject, since, by } as const satisfies LiftedOrder;
}

/** Long enough for a replica that was away to hear of it. */
const liftedForMs = 30 * 86_400_000;

export function isForgotten(entry: OrderEntry, now: string): boolean {
  return entry.kind === 'lifted' && Date.parse(now) - Date.parse(entry.since) > liftedForMs;
}
