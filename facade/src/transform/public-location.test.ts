import { compileRules, parseRules } from '@banyan/routing-rules';
import { describe, expect, test } from 'vitest';
import { publicLocation, type LocationContext } from './public-location.ts';

const table = compiled(`
version: 1
upstreams: { legacy: { side: legacy, url: 'http://legacy:3000' } }
defaults: { upstream: legacy }
routes:
  - { id: read, methods: [GET], path: '/trips/{tripId}', transform: { path: '/api/fahrten/{tripId}' } }
  - { id: list, methods: [GET], path: /trips, transform: { path: /api/fahrten } }
  - { id: plain, methods: [GET], path: /plain, transform: { location: rewrite } }
`);

function compiled(text: string) {
  const reading = parseRules(text);
  return reading.kind === 'parsed' ? compileRules(reading.document) : expect.fail(JSON.stringify(reading.problems));
}

function contextOf(id: string, changes: Partial<LocationContext> = {}): LocationContext {
  const target = table.routes.find((route) => route.id === id)?.target;
  const transform = target?.kind === 'fixed' ? target.destination.transform : undefined;
  if (!transform) return expect.fail(`There is no transformation of ${id}.`);
  const [sidePath, askedPath] = id === 'read' ? ['/api/fahrten/7', '/trips/7'] : ['/api/fahrten', '/trips'];
  const addresses = {
    sideOrigins: ['http://legacy:3000', 'http://legacy-2:3000'],
    publicScheme: 'https',
    publicHost: 'fleet.example',
  };
  return { transform, sidePath, askedPath, ...addresses, ...changes };
}

describe('an address of the side', () => {
  test.each([
    ['http://legacy:3000/api/fahrten/8', 'https://fleet.example/trips/8'],
    ['http://LEGACY:3000/api/fahrten/8?a=/api#b', 'https://fleet.example/trips/8?a=/api#b'],
    ['http://fleet.example/api/fahrten/8', 'https://fleet.example/trips/8'],
    ['https://fleet.example/api/fahrten', 'https://fleet.example/trips'],
    ['//legacy:3000/api/fahrten/8', '//fleet.example/trips/8'],
    ['http://legacy-2:3000/api/fahrten/8', 'https://fleet.example/trips/8'],
    ['http://legacy:3000', 'https://fleet.example/'],
    ['http://legacy:3000/elsewhere', 'https://fleet.example/elsewhere'],
    ['http://legacy:3000?x', 'https://fleet.example/?x'],
  ])('%s becomes the public one: %s', (value, expected) => {
    expect(publicLocation(value, contextOf('list'))).toBe(expected);
  });

  test.each([
    ['/api/fahrten/8', '/trips/8'],
    ['/api/fahrten/8/?q', '/trips/8/?q'],
    ['/api/./fahrten/8', '/trips/8'],
    ['/api/fahrten/a%2Fb', '/api/fahrten/a%2Fb'],
    ['/elsewhere', '/elsewhere'],
  ])('%s on the same host becomes %s', (value, expected) => {
    expect(publicLocation(value, contextOf('list'))).toBe(expected);
  });

  test.each([
    ['8', '/trips/8'],
    ['./8#top', '/trips/8#top'],
    ['../fahrten', '/trips'],
    ['../rechnungen/1', '/api/rechnungen/1'],
    ['?page=2', '?page=2'],
    ['', ''],
  ])('%j is resolved against the path of the side, and becomes %j', (value, expected) => {
    expect(publicLocation(value, contextOf('read'))).toBe(expected);
  });

  test('that is relative stays where the paths of the side are the public ones', () => {
    const same = { sidePath: '/plain', askedPath: '/plain' };
    expect(publicLocation('next', contextOf('plain', same))).toBe('next');
  });

  test('gets no host where the client named none', () => {
    expect(publicLocation('http://legacy:3000/api/fahrten/8', contextOf('list', { publicHost: undefined }))).toBe(
      '/trips/8',
    );
    expect(publicLocation('http://legacy:3000', contextOf('list', { publicHost: undefined }))).toBe('/');
  });
});

test.each([
  'https://login.example/api/fahrten/8',
  'http://legacy:3001/api/fahrten/8',
  '//login.example/api/fahrten/8',
  'http://legacy:3000@evil.example/api/fahrten/8',
  'http://user@legacy:3000/api/fahrten/8',
  'http://[bad/api/fahrten/8',
  'mailto:someone@legacy',
  'fleet://trips/8',
])('the address %s of somebody else stays as it is', (value) => {
  expect(publicLocation(value, contextOf('list'))).toBe(value);
});
