import { expect, test } from 'vitest';
import { bucketOf } from '@banyan/routing-rules';
import { flagBucketOf, sharesOf } from './flag-shares.ts';

const share = (name: string, parameters: Readonly<Record<string, string>>, disabled = false) => ({
  name,
  parameters,
  disabled,
});

test('the shares of a flag are read from its definition, with the salt that stands there', () => {
  const strategies = [
    share('flexibleRollout', { rollout: '25', groupId: 'both.moves', stickiness: 'random' }),
    share('banyanRollout', { percent: '0.25' }),
    share('flexibleRollout', { rollout: '50' }, true),
    share('remoteAddress', { IPs: '127.0.0.1' }),
  ];
  expect(sharesOf({ strategies }, 'a.flag')).toEqual([
    { strategy: 'flexibleRollout', groupId: 'both.moves', stickiness: 'random', percent: 25 },
    { strategy: 'banyanRollout', groupId: 'a.flag', stickiness: null, percent: 0.25 },
  ]);
});

test.each([undefined, null, {}, { strategies: 'none' }])('a definition such as %j has no shares', (definition) => {
  expect(sharesOf(definition, 'a.flag')).toEqual([]);
});

test("a scope's bucket is the one under the salt of the share, or under the flag's name where there is none", () => {
  const shares = sharesOf(
    { strategies: [share('flexibleRollout', { rollout: '25', groupId: 'both.moves' })] },
    'a.flag',
  );
  expect(flagBucketOf({ name: 'a.flag', shares }, '42')).toMatchObject({
    bucket: bucketOf('42', 'both.moves'),
    shares: [{ percent: 25, bucket: bucketOf('42', 'both.moves') }],
  });
  expect(flagBucketOf({ name: 'a.flag', shares: [] }, '42').bucket).toBe(bucketOf('42', 'a.flag'));
});
