import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { aCachedSide, aCachingFacade, secondOf, startMs, type CacheSteps } from '../testing/caching.ts';
import { createSides } from '../testing/sides.ts';

vi.setConfig({ testTimeout: 30_000 });
const sides = createSides();

// Freshness is a matter of the clock on the wall; timers stay real.
beforeEach(() => vi.useFakeTimers({ toFake: ['Date'], now: startMs }));
afterEach(async () => {
  await sides.close();
  vi.useRealTimers();
});

const token = { authorization: 'Bearer abc' };
const fresh = { 'Cache-Control': 'max-age=60' };
const dated = { Date: new Date(startMs).toUTCString() };

describe('a fresh answer is given again', () => {
  const cases: readonly (readonly [string, CacheSteps])[] = [
    ['with max-age', { answer: fresh }],
    ['with s-maxage over max-age', { answer: { 'Cache-Control': 'max-age=0, s-maxage=60' } }],
    ['with Expires', { answer: { ...dated, Expires: new Date(startMs + 60_000).toUTCString() } }],
    ['with directives in capitals', { answer: { 'Cache-Control': 'Max-Age=60' } }],
    ['to a token, when it is public', { answer: { 'Cache-Control': 'public, max-age=60' }, first: token }],
    ['to a token, when it has s-maxage', { answer: { 'Cache-Control': 's-maxage=60' }, first: token }],
    [
      'to a token, when it must revalidate',
      { answer: { 'Cache-Control': 'must-revalidate, max-age=60' }, first: token },
    ],
    ['when it is a 404', { answer: fresh, status: 404 }],
    ['when it is a 301', { answer: { ...fresh, Location: '/elsewhere' }, status: 301, second: {} }],
    ['when it is a 204', { answer: fresh, status: 204 }],
    ['when a header it varies by is the same', { answer: { ...fresh, Vary: 'X-A' }, first: { 'x-a': '1' } }],
    ['when a header it varies by is missing both times', { answer: { ...fresh, Vary: 'X-A, X-B' } }],
    ['when what it is asked for is fresh enough', { answer: fresh, second: { 'cache-control': 'min-fresh=10' } }],
  ];

  test.each(cases)('%s', async (_title, steps) => {
    const { result, askedCount, age, body, status } = await secondOf(sides, steps);
    expect([result, askedCount, age]).toEqual(['hit', 1, '1']);
    expect([body, status]).toEqual([steps.status === 204 ? '' : 'answer 1', steps.status ?? 200]);
  });

  test('with the age that it came with', async () => {
    expect((await secondOf(sides, { answer: { ...fresh, Age: '20' } })).age).toBe('21');
  });
});

describe('an answer is not given again', () => {
  const cases: readonly (readonly [string, CacheSteps])[] = [
    ['when it is stale', { answer: fresh, afterSeconds: 60 }],
    ['when it was as old as that when it came', { answer: { ...fresh, Age: '60' } }],
    ['when it is older than the rule allows', { answer: fresh, afterSeconds: 11, cache: '{ maxSeconds: 10 }' }],
    ['when nothing says how long it is fresh', { answer: {} }],
    ['when it must not be stored', { answer: { 'Cache-Control': 'no-store, max-age=60' } }],
    ['when it is private', { answer: { 'Cache-Control': 'private, max-age=60' } }],
    ['when it is private, in capitals', { answer: { 'Cache-Control': 'PRIVATE, max-age=60' } }],
    ['when it is private for one field', { answer: { 'Cache-Control': 'private="x-a, x-b", max-age=60' } }],
    [
      'when public stands only in a quoted extension',
      {
        answer: { 'Cache-Control': 'ext="a, public, b", max-age=60' },
        first: token,
      },
    ],
    ['to a token, when nothing allows it', { answer: fresh, first: token }],
    [
      'to a token, when s-maxage is no number',
      {
        answer: { 'Cache-Control': 's-maxage=many, max-age=60' },
        first: token,
      },
    ],
    ['when it sets a cookie', { answer: { 'Cache-Control': 'public, max-age=60', 'Set-Cookie': 'a=1' } }],
    ['when it varies by everything', { answer: { ...fresh, Vary: '*' } }],
    ['when it varies by everything, among others', { answer: { ...fresh, Vary: 'Accept, *' } }],
    ['when it varies by what the facade writes', { answer: { ...fresh, Vary: 'X-Forwarded-For' } }],
    [
      'when a header it varies by is another',
      {
        answer: { ...fresh, Vary: 'X-A' },
        first: { 'x-a': '1' },
        second: { 'x-a': '2' },
      },
    ],
    [
      'when a header it varies by is missing now',
      {
        answer: { ...fresh, Vary: 'X-A' },
        first: { 'x-a': '1' },
        second: {},
      },
    ],
    ['when its encoding was not negotiated', { answer: { ...fresh, 'Content-Encoding': 'identity' } }],
    ['when it is a 500', { answer: fresh, status: 500 }],
    ['when max-age says two things', { answer: { 'Cache-Control': 'max-age=60, max-age=10' } }],
    ['when max-age is no number', { answer: { 'Cache-Control': 'max-age=1e9' } }],
    ['when Expires is no date', { answer: { Expires: '0' } }],
    ['when the client wants no stored one', { answer: fresh, second: { 'cache-control': 'no-cache' } }],
    [
      'when the client wants a younger one',
      { answer: fresh, afterSeconds: 6, second: { 'cache-control': 'max-age=5' } },
    ],
    ['when the client wants it to stay fresh', { answer: fresh, second: { 'cache-control': 'min-fresh=60' } }],
    [
      'when the client takes stale ones',
      {
        answer: fresh,
        afterSeconds: 61,
        second: { 'cache-control': 'max-stale=1000' },
      },
    ],
    [
      'when it may be served stale while it is renewed',
      {
        answer: { 'Cache-Control': 'max-age=1, stale-while-revalidate=100' },
        afterSeconds: 2,
      },
    ],
    ['when it is larger than the rule allows', { answer: fresh, cache: '{ maxEntryBytes: 4 }' }],
    ['when there is no room for it', { answer: fresh, cache: '{ maxBytes: 4 }' }],
    ['when it is a stream of events', { answer: { ...fresh, 'Content-Type': 'text/event-stream' } }],
  ];

  test.each(cases)('%s', async (_title, steps) => {
    const { result, askedCount, body } = await secondOf(sides, steps);
    expect([result, askedCount, body]).toEqual(['miss', 2, 'answer 2']);
  });

  test.each([
    ['a part is asked for', { range: 'bytes=0-1' }],
    ['the client has a condition on the state of the side', { 'if-match': '"1"' }],
    ['the client wants nothing stored', { 'cache-control': 'no-store' }],
  ])('when %s', async (_title, second) => {
    const { result, askedCount } = await secondOf(sides, { answer: fresh, second });
    expect([result, askedCount]).toEqual([null, 2]);
  });

  test('when nothing is kept and the client wants only what is', async () => {
    const side = await aCachedSide(sides, fresh);
    const facade = await aCachingFacade(sides, side.origin);
    const got = await fetch(`${facade.url}/list`, { headers: { 'cache-control': 'only-if-cached' } });
    expect([got.status, side.asked.length]).toEqual([504, 0]);
  });
});
