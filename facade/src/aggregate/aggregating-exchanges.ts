import type { ExchangeOpening, Exchanges, OpenExchange } from '../forward/exchanges.ts';
import { nestedCode } from './part-result.ts';
import { serveAggregate, type AggregateMeans } from './serve-aggregate.ts';

/** Exchanges that may be made up of several, each walked as a request of its own. */
export function createAggregatingExchanges(exchanges: Exchanges, means: AggregateMeans): Exchanges {
  return { open: (opening) => (opening.aggregate ? openAggregate(opening, means) : exchanges.open(opening)) };
}

function openAggregate(opening: ExchangeOpening, means: AggregateMeans): OpenExchange {
  const { aggregate = { parts: [] }, isPart = false } = opening;
  return {
    send: () =>
      isPart
        ? Promise.resolve({ kind: 'request-refused', code: nestedCode })
        : serveAggregate(aggregate, opening, means),
    isUntouched: true,
  };
}
