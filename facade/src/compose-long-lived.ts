import { decide, matchRoute, type DecideInput } from '@banyan/routing-rules';
import type { Lifecycle } from '@banyan/platform';
import type { FacadeConfig } from './config.ts';
import type { FacadeMetrics } from './facade-metrics.ts';
import type { ChangeSignal } from './long-lived/change-signal.ts';
import {
  createLongLivedRegistry,
  type LongLivedRegistry,
  type OpenQuestion,
} from './long-lived/long-lived-registry.ts';

export interface ComposeLongLivedParts {
  readonly lifecycle: Lifecycle;
  readonly metrics: FacadeMetrics;
  readonly changes: ChangeSignal;
  /** Everything that decides, as it is now. */
  readonly authorities: () => Omit<DecideInput, 'match' | 'request' | 'subject'>;
}

/** WebSockets and streams, which are decided over again when something that decides has changed. */
export function composeLongLived(
  { rollbackCloseMs, longLivedLimit }: FacadeConfig,
  { lifecycle, metrics, changes, authorities }: ComposeLongLivedParts,
): LongLivedRegistry {
  const registry = createLongLivedRegistry({
    decideAgain: (question) => sideOf(question, authorities()),
    closeWithinMs: rollbackCloseMs,
    limit: longLivedLimit,
    random: Math.random,
    onCount: ({ kind }, side, step) =>
      (kind === 'websocket' ? metrics.openUpgrades : metrics.openStreams).inc({ side }, step),
    onEnding: ({ kind }, why) => metrics.longLivedEnded.inc({ kind, why }),
    onUnwatched: () => metrics.longLivedUnwatched.inc(),
  });
  changes.listen(() => registry.reconsider());
  lifecycle.onClose('long-lived exchanges', () => registry.close());
  return registry;
}

function sideOf({ request, subject }: OpenQuestion, authorities: ReturnType<ComposeLongLivedParts['authorities']>) {
  return decide({ ...authorities, match: matchRoute(authorities.table, request), request, subject }).side;
}
