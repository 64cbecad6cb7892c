import type { OverrideOrder, OverrideReader } from './ports.ts';

/** Reads a list of orders; of two orders for the same, the later one counts. */
export function overridesFrom(orders: readonly OverrideOrder[]): OverrideReader {
  const ofWhole = new Map<string, OverrideOrder>();
  const ofScope = new Map<string, Map<string, OverrideOrder>>();
  for (const order of orders) {
    if (order.subject === undefined) ofWhole.set(order.capability, order);
    else mapOf(ofScope, order.capability).set(order.subject, order);
  }
  return {
    orderFor: (capability, scopeKey) =>
      (scopeKey === undefined ? undefined : ofScope.get(capability)?.get(scopeKey)) ?? ofWhole.get(capability),
  };
}

function mapOf(maps: Map<string, Map<string, OverrideOrder>>, capability: string): Map<string, OverrideOrder> {
  const found = maps.get(capability) ?? new Map<string, OverrideOrder>();
  maps.set(capability, found);
  return found;
}
