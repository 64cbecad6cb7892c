import { openDatabase, type Lifecycle, type Logger } from '@banyan/platform';
import type { FacadeConfig } from './config.ts';
import type { FacadeMetrics } from './facade-metrics.ts';
import type { ChangeSignal } from './long-lived/change-signal.ts';
import { noSharing, startOrderSharing, type OrderSharing } from './overrides/order-sharing.ts';
import type { Overrides } from './overrides/overrides.ts';

export interface ComposeSharingParts {
  readonly log: Logger;
  readonly lifecycle: Lifecycle;
  readonly metrics: FacadeMetrics;
  readonly orders: Overrides;
  /** Orders that were given here, by whatever way. */
  readonly orderChanges: ChangeSignal;
}

const everyMs = 3_000;
const patienceMs = 1_000;
const tickMs = 1_000;

/** Orders to and from the other replicas, where there is a database to share them by. Nothing waits for it. */
export function composeSharing(
  { controlDatabaseUrl: url }: FacadeConfig,
  { log, lifecycle, metrics, orders, orderChanges }: ComposeSharingParts,
): OrderSharing {
  if (!url) return noSharing('FACADE_CONTROL_DATABASE_URL is not set');
  const sharing = startOrderSharing({
    database: openDatabase({
      url,
      applicationName: 'banyan-facade',
      log,
      maxConnectionCount: 2,
      connectTimeoutMs: 1_000,
      statementTimeoutMs: 2_000,
    }),
    orders,
    log,
    nowMs: Date.now,
    everyMs,
    patienceMs,
    onSync: (isOk) => {
      if (!isOk) metrics.orderSharingFailures.inc();
    },
    onTaken: (lagSeconds) => metrics.orderLag.observe(lagSeconds),
  });
  orderChanges.listen(() => void sharing.share());
  const tick = setInterval(() => metrics.orderSharingAge.set(sharing.status().ageSeconds ?? Infinity), tickMs).unref();
  lifecycle.onClose('order sharing', async () => {
    clearInterval(tick);
    await sharing.close();
  });
  return sharing;
}
