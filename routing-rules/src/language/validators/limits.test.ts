import { describe, expect, test } from 'vitest';
import { limitsOf } from '../../table/limits-of.ts';
import { matchRoute } from '../../table/match-route.ts';
import { aCapability, problemsOf, rulesText, tableOf } from '../../testing/rules-builder.ts';

const list = { id: 'list', methods: ['GET'], path: '/trips', capability: 'trips' };

interface Said {
  readonly route?: unknown;
  readonly capability?: unknown;
  readonly defaults?: unknown;
  readonly subject?: unknown;
}

function textWith({ route, capability, defaults, subject }: Said): string {
  return rulesText({
    defaults: { upstream: 'legacy', ...(defaults !== undefined && { limits: defaults }) },
    capabilities: { trips: { ...aCapability, ...(capability !== undefined && { limits: capability }) } },
    routes: [
      { ...list, ...(route !== undefined && { limits: route }), ...(subject !== undefined && { subject }) },
      { id: 'users', methods: ['GET'], path: '/users', upstream: 'legacy' },
    ],
  });
}

function limitsAt(said: Said, path = '/trips') {
  const table = tableOf(textWith(said));
  return limitsOf(matchRoute(table, { method: 'GET', path }));
}
const codesOf = (said: Said) => problemsOf(textWith(said)).map(({ code, path }) => `${code} ${path}`);

describe('limits', () => {
  test('are none where nobody says any', () => {
    expect(['/trips', '/users', '/other'].map((path) => limitsAt({}, path))).toEqual([undefined, undefined, undefined]);
    expect(limitsAt({ route: {}, defaults: {} })).toBeUndefined();
  });

  test('of a route come before those of its capability, and these before the defaults, each for itself', () => {
    const defaults = { bodyBytes: 1, requests: { perSecond: 1 } };
    const capability = { requests: { perSecond: 2 } };
    const route = { bodyBytes: 3 };
    const byDefault = { name: 'defaults', place: 'defaults', perSecond: 1, burst: 1, by: 'subject' };
    const byCapability = { ...byDefault, name: 'trips', place: 'capability', perSecond: 2, burst: 2 };
    expect(limitsAt({ defaults, capability, route })).toEqual({ bodyBytes: 3, requests: byCapability });
    expect(limitsAt({ defaults, capability })).toEqual({ bodyBytes: 1, requests: byCapability });
    expect(limitsAt({ defaults, capability }, '/users')).toEqual({ bodyBytes: 1, requests: byDefault });
    expect(limitsAt({ defaults, capability }, '/other')).toEqual({ bodyBytes: 1, requests: byDefault });
    expect(limitsAt({ defaults, capability, route: { requests: { perSecond: 5 } } })?.requests).toMatchObject({
      name: 'list',
      place: 'route',
      perSecond: 5,
    });
  });

  test('of another place are lifted by none', () => {
    const defaults = { bodyBytes: 1, requests: { perSecond: 1 } };
    expect(limitsAt({ defaults, route: { bodyBytes: 'none', requests: { perSecond: 'none' } } })).toBeUndefined();
    expect(limitsAt({ defaults, route: { bodyBytes: 'none' } })).toMatchObject({ bodyBytes: undefined });
  });

  test.each([
    [{ perSecond: 10 }, { burst: 10, by: 'subject' }],
    [{ perSecond: 0.1 }, { burst: 1 }],
    [{ perSecond: 2.5 }, { burst: 3 }],
    [
      { perSecond: 10, burst: 1, by: 'address' },
      { burst: 1, by: 'address' },
    ],
  ])('%j is %j', (requests, expected) => {
    expect(limitsAt({ route: { requests } })?.requests).toMatchObject(expected);
  });
});

describe('what is no limit', () => {
  test.each([
    [{ bodyBytes: 0 }, 'bodyBytes'],
    [{ bodyBytes: 1.5 }, 'bodyBytes'],
    [{ bodyBytes: '1M' }, 'bodyBytes'],
    [{ requests: {} }, 'requests.perSecond'],
    [{ requests: { perSecond: 0 } }, 'requests.perSecond'],
    [{ requests: { perSecond: 1, burst: 0 } }, 'requests.burst'],
    [{ requests: { perSecond: 1, by: 'ip' } }, 'requests.by'],
    [{ requests: { perMinute: 1, perSecond: 1 } }, 'requests.perMinute'],
  ])('%j is refused, with its place', (limits, key) => {
    for (const [place, prefix] of [
      [{ route: limits }, 'routes[0]'],
      [{ capability: limits }, 'capabilities.trips'],
      [{ defaults: limits }, 'defaults'],
    ] as const)
      expect(codesOf(place)).toEqual([expect.stringMatching(new RegExp(`^[a-z-]+ ${prefixed(prefix, key)}$`))]);
  });

  test('a limit that is lifted has nothing else to say', () => {
    expect(codesOf({ route: { requests: { perSecond: 'none', burst: 2, by: 'address' } } })).toEqual([
      'limit-lifted routes[0].limits.requests.burst',
      'limit-lifted routes[0].limits.requests.by',
    ]);
    expect(codesOf({ capability: { requests: { perSecond: 'none', burst: 2 } } })).toEqual([
      'limit-lifted capabilities.trips.limits.requests.burst',
    ]);
  });

  test('callers that are known by a cookie are not counted by it', () => {
    const subject = { from: 'cookie' };
    const route = (by?: string) => ({ requests: { perSecond: 1, ...(by !== undefined && { by }) } });
    expect(codesOf({ subject, route: route('subject') })).toEqual(['limit-by-cookie routes[0].limits.requests.by']);
    expect(limitsAt({ subject, route: route('address') })?.requests?.by).toBe('address');
    expect(limitsAt({ subject, route: route() })?.requests?.by).toBe('subject');
  });
});

function prefixed(prefix: string, key: string): string {
  return `${prefix}.limits.${key}`.replaceAll(/[.[\]]/g, String.raw`\$&`);
}
