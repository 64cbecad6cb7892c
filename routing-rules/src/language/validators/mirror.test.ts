import { describe, expect, test } from 'vitest';
import { problemsOf, rulesText, someUpstreams, tableOf } from '../../testing/rules-builder.ts';

type Sections = Readonly<Record<string, unknown>>;

const upstreams = { ...someUpstreams, staging: { side: 'extracted', url: 'http://staging:3000' } };
const trips = { id: 'trips', methods: ['GET'], path: '/trips', capability: 'trips' };

const textWith = (route: Sections) => rulesText({ upstreams, routes: [route] });
const codesOf = (route: Sections) => problemsOf(textWith(route)).map(({ code, path }) => `${code} ${path}`);
const mirrorOf = (route: Sections) => tableOf(textWith(route)).routes[0]?.mirror;

describe('a mirror', () => {
  const usual = { percent: 100, bodyBytes: 0, writes: false, destination: undefined };

  test('is there only where a rule says so', () => {
    expect(mirrorOf(trips)).toBeUndefined();
  });

  test('has the usual values where nothing else is said', () => {
    expect(mirrorOf({ ...trips, mirror: true })).toEqual(usual);
    expect(mirrorOf({ ...trips, mirror: {} })).toEqual(usual);
    expect(mirrorOf({ ...trips, mirror: { percent: 0.07 } })).toEqual({ ...usual, percent: 0.07 });
    expect(mirrorOf({ ...trips, mirror: { bodyBytes: 1_048_576, writes: true, upstream: 'staging' } })).toMatchObject({
      percent: 100,
      bodyBytes: 1_048_576,
      writes: true,
      destination: { upstream: { name: 'staging' } },
    });
  });

  test.each([
    [false, 'wrong-type', ''],
    ['yes', 'wrong-type', ''],
    [{ percent: 0 }, 'out-of-range', '.percent'],
    [{ percent: 101 }, 'out-of-range', '.percent'],
    [{ percent: 0.015 }, 'out-of-range', '.percent'],
    [{ bodyBytes: -1 }, 'out-of-range', '.bodyBytes'],
    [{ bodyBytes: 1_048_577 }, 'out-of-range', '.bodyBytes'],
    [{ percents: 1 }, 'unknown-key', '.percents'],
    [{ upstream: 'stagin' }, 'unknown-upstream', '.upstream'],
  ])('%j is refused as %s', (mirror, code, place) => {
    expect(codesOf({ ...trips, mirror })).toEqual([`${code} routes[0].mirror${place}`]);
  });
});
