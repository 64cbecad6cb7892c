import { afterEach, expect, test, vi } from 'vitest';
import { killAt } from './kill-at.ts';

afterEach(() => vi.restoreAllMocks());

test('kills at the n-th time of its own moment only', () => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  const failpoint = killAt('legacy/chunk-published#2', 'legacy');
  const other = killAt('legacy/chunk-published#2', 'trips');
  for (const moment of ['chunk-published', 'acknowledged']) void failpoint(moment);
  for (const moment of ['chunk-published', 'chunk-published', 'chunk-published']) void other(moment);
  expect(kill).not.toHaveBeenCalled();
  void failpoint('chunk-published');
  expect(kill).toHaveBeenCalledExactlyOnceWith(process.pid, 'SIGKILL');
});

test.each([undefined, '', 'nonsense', 'legacy'])('never kills for %s', (spec) => {
  const kill = vi.spyOn(process, 'kill').mockReturnValue(true);
  void killAt(spec, 'legacy')('chunk-published');
  expect(kill).not.toHaveBeenCalled();
});
