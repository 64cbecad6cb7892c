import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLifecycle, createMetrics } from '@banyan/platform';
import { captureLog } from '@banyan/platform/testing';
import { composeAudit } from './compose-audit.ts';
import { readFacadeConfig } from './config.ts';
import { createFacadeMetrics } from './facade-metrics.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('half a minute after an order the audit tells what it did to the decisions that the facade counted', async () => {
  const { log, lines } = captureLog();
  const lifecycle = createLifecycle({ log });
  const metrics = createFacadeMetrics(createMetrics({ process: false }));
  const config = readFacadeConfig({ FACADE_ADMIN_TOKEN: 't' });
  const audit = composeAudit(config, { log, lifecycle, metrics, capabilities: () => [] });
  const decided = (capability: string, side: string, count: number): void => {
    metrics.decisions.child({ capability, side, reason: 'override' }).count += count;
  };
  decided('trips', 'extracted', 10);
  audit.record({
    kind: 'override-changed',
    by: 'admin',
    concerning: 'trips',
    from: 'flag',
    to: 'legacy',
    effect: { isForEverybody: true, scopeCount: 0 },
  });
  decided('trips', 'legacy', 8);
  decided('vehicles', 'extracted', 100);
  vi.advanceTimersByTime(30_000);
  expect(audit.recent()[0]).toMatchObject({
    kind: 'effect-measured',
    concerning: 'trips',
    effect: { ofNumber: 1, requestsBefore: 10, extractedBefore: 10, requestsAfter: 8, extractedAfter: 0 },
  });
  expect(lines.map(({ event }) => event)).toEqual(['audit.override-changed', 'audit.effect-measured']);
  await lifecycle.close('end of test');
});
