import { createAggregatingExchanges } from './aggregate/aggregating-exchanges.ts';
import type { AggregateMetrics } from './aggregate/aggregate-metrics.ts';
import { handleRequest, type HandleRequestParts } from './handle-request.ts';

type Walking = HandleRequestParts & { readonly metrics: AggregateMetrics };

/** The walk, some of whose requests are made up of others that it walks too. */
export function composeAggregates<Parts extends Walking>(parts: Parts): Parts {
  const exchanges = createAggregatingExchanges(parts.exchanges, {
    metrics: parts.metrics,
    // A part of an aggregate meets the same exchanges, which refuse another aggregate.
    walk: (visit, recorder) => handleRequest({ ...parts, exchanges, recorder }, visit),
  });
  return { ...parts, exchanges };
}
