import { expect, test } from 'vitest';
import { createMetrics } from './metrics.ts';
import { captureLog } from './testing/index.ts';

test('what is counted, gauged and observed is exposed with its labels', async () => {
  const metrics = createMetrics({ process: false });
  metrics.counter('served_total', 'Served.', ['side']).inc({ side: 'legacy' });
  metrics.gauge('queue_count', 'Waiting.').set(3);
  metrics.histogram('call_seconds', 'Calls.', ['side']).observe({ side: 'legacy' }, 0.003);
  const exposed = await metrics.registry.metrics();
  expect(exposed).toContain('served_total{side="legacy"} 1');
  expect(exposed).toContain('queue_count 3');
  expect(exposed).toContain('call_seconds_bucket{le="0.0025",side="legacy"} 0');
  expect(exposed).toContain('call_seconds_bucket{le="0.005",side="legacy"} 1');
});

test('two registries of one process do not share metrics', async () => {
  const first = createMetrics({ process: false });
  const second = createMetrics({ process: false });
  first.counter('served_total', 'Served.').inc();
  second.counter('served_total', 'Served.');
  expect(await second.registry.metrics()).toContain('served_total 0');
});

test('the process itself is measured unless that is declined', async () => {
  expect(await createMetrics().registry.metrics()).toContain('process_resident_memory_bytes');
  expect(await createMetrics({ process: false }).registry.metrics()).toBe('\n');
});

test('a tally is counted between two readings, and only what was counted is shown', async () => {
  const metrics = createMetrics({ process: false });
  const served = metrics.tally('served_total', 'Served.', ['side', 'rule']);
  const legacy = served.child({ side: 'legacy', rule: 'a' });
  served.child({ side: 'extracted', rule: 'a' });
  legacy.count += 2;
  expect(await metrics.registry.metrics()).toContain('served_total{side="legacy",rule="a"} 2');
  served.child({ rule: 'a', side: 'legacy' }).count += 1;
  const exposed = await metrics.registry.metrics();
  expect(exposed).toContain('served_total{side="legacy",rule="a"} 3');
  expect(exposed).not.toContain('extracted');
});

test('lines that a log had to drop are counted', async () => {
  const { log } = captureLog();
  expect(await createMetrics({ process: false, log }).registry.metrics()).toContain('log_lines_dropped_total 0');
});
