import { fc } from '@fast-check/vitest';
import { readConfigureGlobal } from 'fast-check';
import { expect, test } from 'vitest';

test('properties try the same cases in every run', () => {
  const seed = expect.any(Number) as number;
  expect([readConfigureGlobal(), fc.readConfigureGlobal()]).toMatchObject([{ seed }, { seed }]);
});
