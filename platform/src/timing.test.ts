import { Histogram, Registry } from 'prom-client';
import { expect, test } from 'vitest';
import { createTimings } from './timing.ts';

const settings = {
  name: 'x_seconds',
  help: 'Some time.',
  labelNames: ['rule', 'side'] as const,
  buckets: [0.001, 0.1, 1],
};
const seen = [0.0001, 0.001, 0.05, 0.1, 0.7, 1, 30];

test('reads as the histogram of prom-client does, character for character', async () => {
  const [theirs, ours] = [new Registry(), new Registry()];
  const plain = new Histogram({ ...settings, labelNames: [...settings.labelNames], registers: [theirs] });
  const timed = createTimings({ ...settings, labelNames: [...settings.labelNames], registers: [ours] });
  for (const side of ['legacy', 'extracted'])
    for (const seconds of seen) {
      plain.observe({ rule: 'a "b"', side }, seconds);
      timed.child({ rule: 'a "b"', side }).observe(seconds);
    }
  expect(await ours.metrics()).toBe(await theirs.metrics());
  expect(await ours.metrics()).toContain('x_seconds_bucket{le="0.1",rule="a \\"b\\"",side="legacy"} 4');
});

test('the same labels are one child', () => {
  const timed = createTimings({ ...settings, labelNames: [...settings.labelNames], registers: [] });
  expect(timed.child({ rule: 'a', side: 'legacy' })).toBe(timed.child({ side: 'legacy', rule: 'a' }));
});
