import { messageOf, type Lifecycle, type Logger } from '@banyan/platform';
import type { FacadeConfig } from './config.ts';
import type { Exchanges } from './forward/exchanges.ts';
import { CopyMemory } from './mirror/body-copy.ts';
import { createEveryNth } from './mirror/every-nth.ts';
import type { MirrorMetrics } from './mirror/mirror-metrics.ts';
import { createMirroringExchanges } from './mirror/mirroring-exchanges.ts';
import { Mirrors } from './mirror/mirrors.ts';

export interface ComposeMirrorsParts {
  /** Those whose requests are copied. */
  readonly exchanges: Exchanges;
  /** Those that send the copies. */
  readonly copies: Exchanges;
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  readonly metrics: MirrorMetrics;
}

/** Copies for candidates, behind the exchanges whose requests are copied. */
export function composeMirrors(
  { mirrorsLimit: limit, mirrorBytes }: Pick<FacadeConfig, 'mirrorsLimit' | 'mirrorBytes'>,
  { exchanges, copies, log, lifecycle, metrics }: ComposeMirrorsParts,
): Exchanges {
  if (limit === 0) return exchanges;
  const onCrash = (err: unknown): void => log.error({ event: 'mirror.crashed', err }, messageOf(err));
  const mirrors = new Mirrors({ exchanges: copies, metrics, limit, onCrash });
  metrics.onMirrors(() => mirrors.underWayCount);
  lifecycle.onClose('mirrors', () => mirrors.close());
  return createMirroringExchanges(exchanges, {
    mirrors,
    takes: createEveryNth(),
    memory: new CopyMemory(mirrorBytes),
    metrics,
    isClosing: () => lifecycle.isClosing,
  });
}
