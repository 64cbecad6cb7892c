import { expect, test, vi } from 'vitest';
import { startFacadeUnderTest } from './facade-under-test.ts';
import { hostileCases } from './hostile-cases.ts';
import { startHttpProxy } from './http-proxy-under-test.ts';

vi.setConfig({ testTimeout: 60_000 });

test('there are twelve cases, numbered in order', () => {
  expect(hostileCases.map(({ number }) => number)).toEqual(Array.from({ length: 12 }, (_, index) => index + 1));
});

test.each(hostileCases)('$number: $name', async ({ run }) => {
  expect(await run(startFacadeUnderTest)).toEqual({ kind: 'passes' });
});

// Of the published comparison; a case that everybody passes would prove nothing.
test.each(hostileCases.filter(({ number }) => [1, 4, 5, 6, 8, 9, 10, 11].includes(number)))(
  'bare http-proxy fails $number: $name',
  async ({ run }) => {
    expect(await run(startHttpProxy)).toMatchObject({ kind: 'fails' });
  },
);
