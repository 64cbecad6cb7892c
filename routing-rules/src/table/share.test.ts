import { expect, test } from 'vitest';
import { createShare } from './share.ts';

test('what is equal is one value, what is not stays apart', () => {
  const share = createShare();
  const first = share([{ index: 1, name: 'id' }]);
  expect(share([{ index: 1, name: 'id' }])).toBe(first);
  expect(share([{ index: 2, name: 'id' }])).not.toBe(first);
  expect(createShare()([{ index: 1, name: 'id' }])).not.toBe(first);
});
