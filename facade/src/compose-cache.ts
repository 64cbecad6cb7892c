import type { RuleTable } from '@banyan/routing-rules';
import { createAnswerStore, type AnswerStore } from './cache/answer-store.ts';
import { createCachingExchanges } from './cache/caching-exchanges.ts';
import type { CacheMetrics } from './cache/cache-metrics.ts';
import type { Exchanges } from './forward/exchanges.ts';
import type { RulesInForce } from './rules-file/rules-in-force.ts';

export interface ComposeCacheParts {
  readonly exchanges: Exchanges;
  readonly metrics: CacheMetrics;
  readonly rules: () => RulesInForce;
}

/** What rules let be kept, in front of the exchanges. */
export function composeCache(
  { cacheBytes }: { readonly cacheBytes: number },
  { exchanges, metrics, rules }: ComposeCacheParts,
): { readonly cache: AnswerStore; readonly exchanges: Exchanges } {
  const store = createAnswerStore(cacheBytes, (bytes) => metrics.cacheBytes.set(bytes));
  const known = new WeakMap<RuleTable, boolean>();
  const isInUse = (): boolean => {
    const current = rules().table;
    const answer = known.get(current) ?? current.routes.some(({ cache }) => cache !== undefined);
    known.set(current, answer);
    return answer;
  };
  return { cache: store, exchanges: createCachingExchanges(exchanges, { store, metrics, isInUse, nowMs: Date.now }) };
}
