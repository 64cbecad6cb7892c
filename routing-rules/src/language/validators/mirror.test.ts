import { describe, expect, test } from 'vitest';
import { aCapability, problemsOf, rulesText, someUpstreams, tableOf } from '../../testing/rules-builder.ts';

type Sections = Readonly<Record<string, unknown>>;

const upstreams = {
  ...someUpstreams,
  staging: { side: 'extracted', url: 'http://staging:3000' },
  museum: { side: 'legacy', url: 'http://museum:3000' },
};
const trips = { id: 'trips', methods: ['GET'], path: '/trips', capability: 'trips' };

const textWith = (route: Sections, stage = 'live') =>
  rulesText({ upstreams, capabilities: { trips: { ...aCapability, stage } }, routes: [route] });
const codesOf = (...given: Parameters<typeof textWith>) =>
  problemsOf(textWith(...given)).map(({ code, path }) => `${code} ${path}`);
const mirrorOf = (...given: Parameters<typeof textWith>) => tableOf(textWith(...given)).routes[0]?.mirror;

describe('a mirror', () => {
  const usual = { percent: 100, bodyBytes: 0, writes: false, destination: undefined };

  test('is there only where a rule says so', () => {
    expect(mirrorOf(trips)).toBeUndefined();
  });

  test('has the usual values where nothing else is said', () => {
    expect(mirrorOf({ ...trips, mirror: true })).toEqual(usual);
    expect(mirrorOf({ ...trips, mirror: {} })).toEqual(usual);
    expect(mirrorOf({ ...trips, mirror: { percent: 0.07 } })).toEqual({ ...usual, percent: 0.07 });
    expect(mirrorOf({ ...trips, mirror: { bodyBytes: 67_108_864, writes: true, upstream: 'staging' } })).toMatchObject({
      percent: 100,
      bodyBytes: 67_108_864,
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
    [{ bodyBytes: 67_108_865 }, 'out-of-range', '.bodyBytes'],
    [{ percents: 1 }, 'unknown-key', '.percents'],
    [{ upstream: 'stagin' }, 'unknown-upstream', '.upstream'],
  ])('%j is refused as %s', (mirror, code, place) => {
    expect(codesOf({ ...trips, mirror })).toEqual([`${code} routes[0].mirror${place}`]);
  });
});

describe('a mirror says where copies go', () => {
  const users = { id: 'users', methods: ['GET'], path: '/users', upstream: 'legacy' };

  test('with an upstream, where the route has no other side', () => {
    expect(codesOf({ ...users, mirror: true })).toEqual(['mirror-needs-upstream routes[0].mirror']);
    expect(codesOf({ ...users, upstream: undefined, mirror: { percent: 5 } })).toEqual([
      'mirror-needs-upstream routes[0].mirror',
    ]);
    expect(mirrorOf({ ...users, mirror: { upstream: 'staging' } })).toBeDefined();
  });

  test('which is not the upstream that serves the route anyway', () => {
    const mirror = { upstream: 'legacy' };
    expect(codesOf({ ...users, mirror })).toEqual(['mirror-to-itself routes[0].mirror.upstream']);
    expect(codesOf({ ...users, upstream: undefined, mirror })).toEqual(['mirror-to-itself routes[0].mirror.upstream']);
    expect(mirrorOf({ ...trips, mirror })).toBeDefined();
  });

  test('in the shape that the route has for the side of that upstream', () => {
    const transform = { extracted: { path: '/konten' } };
    expect(mirrorOf({ ...users, transform, mirror: { upstream: 'staging' } })?.destination?.transform).toBeDefined();
    expect(codesOf({ ...users, transform, mirror: { upstream: 'museum' } })).toEqual([
      'side-never-served routes[0].transform.extracted',
    ]);
  });
});

describe('a mirror that never copies anything is refused', () => {
  const never = ['mirror-never-copies routes[0].mirror'];
  const create = { ...trips, methods: ['POST'] };

  test('where the route only writes', () => {
    expect(codesOf({ ...create, mirror: true })).toEqual(never);
    expect(codesOf({ ...trips, access: 'write', mirror: { writes: false } })).toEqual(never);
    expect(mirrorOf({ ...create, access: 'read', mirror: true })).toBeDefined();
    expect(mirrorOf({ ...create, mirror: { writes: true, upstream: 'staging' } })).toBeDefined();
  });

  test('but not where some of its methods read', () => {
    const route = { id: 'users', methods: ['ANY'], path: '/users', upstream: 'legacy' };
    expect(mirrorOf({ ...route, mirror: { upstream: 'staging' } })).toBeDefined();
  });

  test('but not where its methods are not known', () => {
    expect(codesOf({ ...trips, methods: ['GETT'], mirror: true })).toEqual(['unknown-value routes[0].methods[0]']);
  });

  test.each([true, { upstream: 'services' }, { upstream: 'legacy' }, { upstream: 'museum' }])(
    'where a stage that is complete leaves no candidate: %j',
    (mirror) => {
      expect(codesOf({ ...trips, mirror }, 'complete')).toEqual(never);
      expect(mirrorOf({ ...trips, mirror }, 'rampdown')).toBeDefined();
    },
  );

  test('but not where another server of the extracted side is named', () => {
    expect(mirrorOf({ ...trips, mirror: { upstream: 'staging' } }, 'complete')).toBeDefined();
  });
});

describe('a mirror with writes is refused', () => {
  const create = { ...trips, methods: ['POST'] };
  const live = ['mirror-writes-to-live routes[0].mirror.writes'];

  test.each([{}, { upstream: 'legacy' }, { upstream: 'services' }])('to what serves somebody: %j', (more) => {
    expect(codesOf({ ...create, mirror: { writes: true, ...more } })).toEqual(live);
  });

  test('to what serves another route', () => {
    const other = { id: 'users', methods: ['GET'], path: '/users', upstream: 'staging' };
    const routes = [{ ...create, mirror: { writes: true, upstream: 'staging' } }, other];
    const text = rulesText({ upstreams, capabilities: { trips: aCapability }, routes });
    expect(problemsOf(text).map(({ code }) => code)).toEqual(['mirror-writes-to-live']);
  });

  test('but not where nothing writes', () => {
    expect(mirrorOf({ ...trips, mirror: { writes: true } })).toBeDefined();
  });
});
