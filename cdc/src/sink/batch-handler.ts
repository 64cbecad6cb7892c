import { BanyanError, type Logger } from '@banyan/platform';
import { createBackoff } from '../bus/backoff.ts';
import type { SubscribeOptions } from '../bus/change-bus.ts';
import { applyBatch, type BatchParts } from './apply-batch.ts';
import { toChange, type Change } from './change.ts';
import type { LagMeter } from './lag-meter.ts';
import type { RetryTimes } from './retry-times.ts';
import type { SinkHealth } from './sink-health.ts';
import type { SinkMetrics } from './sink-metrics.ts';
import type { Tally } from './tally.ts';

export interface BatchHandlerParts extends BatchParts {
  readonly health: SinkHealth;
  readonly lag: LagMeter;
  readonly metrics: SinkMetrics;
  readonly log: Logger;
  readonly now: () => number;
  readonly stoppedPause: RetryTimes;
  /** Aborted when the sink closes. */
  readonly signal: AbortSignal;
}

/** Takes batches from the bus: resolves when a batch is applied or parked, rejects when the bus must hand it over again. */
export function createBatchHandler(parts: BatchHandlerParts): SubscribeOptions['onBatch'] {
  const { direction, health, lag, signal, stoppedPause } = parts;
  const slowdown = createBackoff(stoppedPause);

  return async (messages) => {
    // The bus comes back soon; where a person must act, that is too soon.
    if (health.state.kind === 'stopped') await slowdown.pause(signal);
    if (signal.aborted) throw closedError(direction.name);
    const changes = messages.flatMap((message) => toChange(message, direction) ?? []);
    if (changes.length === 0) return;
    lag.take(changes);
    try {
      await applyAndReport(parts, changes);
    } catch (err) {
      health.failed(err);
      throw err;
    }
    health.succeeded();
    slowdown.reset();
  };
}

async function applyAndReport(parts: BatchHandlerParts, changes: readonly Change[]): Promise<void> {
  const { direction, metrics, lag, now, log } = parts;
  const startedAtMs = now();
  const tallies = await applyBatch(parts, changes);
  metrics.observeApply(direction.name, (now() - startedAtMs) / 1000);
  metrics.observeLag(direction.name, lag.settle());
  metrics.count(direction.name, tallies);
  const parkedCount = parkedCountOf(tallies);
  if (parkedCount > 0)
    log.warn(
      { event: 'lane.parked', direction: direction.name, parkedCount },
      'changes were parked; see `banyan sync status`',
    );
}

function parkedCountOf(tallies: readonly Tally[]): number {
  return tallies.reduce((sum, { parkedCount }) => sum + parkedCount, 0);
}

function closedError(direction: string): BanyanError {
  return new BanyanError('SINK_CLOSED', `The sink of ${direction} is closing.`, {
    remedy: 'Nothing is lost: what was not applied is handed over again.',
    concerning: direction,
  });
}
