import { describe, expect, test } from 'vitest';
import { aCapability, documentOf, problemsOf, rulesText, someUpstreams } from '../../testing/rules-builder.ts';

type Sections = Readonly<Record<string, unknown>>;

function codesOf(sections: Sections, facadeAddresses: readonly string[] = []): readonly string[] {
  return problemsOf(rulesText(sections), { facadeAddresses }).map(({ code, path }) => `${code} ${path}`);
}

function accepts(sections: Sections, facadeAddresses: readonly string[] = []): void {
  expect(documentOf(rulesText(sections), { facadeAddresses })).toBeDefined();
}

const read = { id: 'read', methods: ['GET'], path: '/trips/{tripId}', capability: 'trips' };
const withRoute = (route: Sections): Sections => ({ routes: [{ ...read, ...route }] });
const withLegacy = (url: string): Sections => ({ upstreams: { ...someUpstreams, legacy: { side: 'legacy', url } } });

describe('names', () => {
  test('of upstreams and capabilities are words', () => {
    expect(codesOf({ upstreams: { ...someUpstreams, 'two words': someUpstreams.legacy } })).toEqual([
      'bad-name upstreams["two words"]',
    ]);
    expect(codesOf({ capabilities: { '7up': aCapability } })).toEqual(['bad-name capabilities.7up']);
  });

  test('that are bad do not hide what is wrong below them', () => {
    expect(codesOf({ upstreams: { ...someUpstreams, 'two words': { side: 'old', url: 'x' } } })).toEqual([
      'bad-name upstreams["two words"]',
      'unknown-value upstreams["two words"].side',
      'bad-url upstreams["two words"].url',
    ]);
  });

  test('of headers are in lower case', () => {
    expect(codesOf(withRoute({ headers: { 'X-Api': '2' } }))).toEqual(['bad-name routes[0].headers.X-Api']);
    accepts(withRoute({ headers: { 'x-api': '2' } }));
  });

  test('of routes are words', () => {
    expect(codesOf(withRoute({ id: 'a b' }))).toEqual(['bad-name routes[0].id']);
  });
});

describe('addresses of upstreams', () => {
  test.each([
    'legacy',
    'ftp://legacy',
    'http://user:word@legacy',
    'http://legacy/base',
    'http://legacy?x',
    'http://legacy#x',
  ])('%s is refused', (url) => {
    expect(codesOf(withLegacy(url))).toEqual(['bad-url upstreams.legacy.url']);
  });

  test.each(['http://legacy', 'https://legacy:8443', 'http://[::1]:3000', 'http://legacy/'])('%s is accepted', (url) =>
    accepts(withLegacy(url)),
  );

  test('are printed without a password', () => {
    expect(JSON.stringify(problemsOf(rulesText(withLegacy('http://user:word@legacy'))))).not.toContain('word@');
  });
});

describe('several instances', () => {
  const withUrls = (rule: object): Sections => ({
    upstreams: { ...someUpstreams, legacy: { side: 'legacy', ...rule } },
  });

  test('stand in a list of different addresses', () => {
    accepts(withUrls({ urls: ['http://one:3000', 'http://two:3000', 'http://one:3001'] }));
    expect(codesOf(withUrls({ urls: ['http://one', 'http://one:80/'] }))).toEqual([
      'address-unclear upstreams.legacy.urls',
    ]);
    expect(codesOf(withUrls({ urls: ['http://one', 'https://two'] }))).toEqual([
      'address-unclear upstreams.legacy.urls',
    ]);
    expect(codesOf(withUrls({ urls: [] }))).toEqual(['out-of-range upstreams.legacy.urls']);
  });

  test('stand beside no single address', () => {
    expect(codesOf(withUrls({ url: 'http://one', urls: ['http://two'] }))).toEqual([
      'address-unclear upstreams.legacy.urls',
    ]);
    expect(codesOf(withUrls({}))).toEqual(['missing upstreams.legacy.url']);
  });

  test('are each checked', () => {
    expect(codesOf(withUrls({ urls: ['http://one', 'two'] }))).toEqual(['bad-url upstreams.legacy.urls[1]']);
    expect(codesOf(withUrls({ urls: ['http://a:1', 'http://localhost:8080'] }), ['127.0.0.1:8080'])).toEqual([
      'loop-to-itself upstreams.legacy.urls[1]',
    ]);
  });
});

describe('tls', () => {
  const withTls = (tls: Sections, url = 'https://a'): Sections => ({
    upstreams: { ...someUpstreams, legacy: { side: 'legacy', url, tls } },
  });
  const refused = ['bad-tls upstreams.legacy.tls'];

  test('is for https', () => {
    accepts(withTls({ caFile: 'ca.pem', serverName: 'b', certFile: 'c.pem', keyFile: 'k.pem' }));
    accepts(withTls({ insecure: true }));
    expect(codesOf(withTls({ insecure: true }, 'http://a'))).toEqual(refused);
  });

  test('says one thing', () => {
    expect(codesOf(withTls({ certFile: 'c.pem' }))).toEqual(refused);
    expect(codesOf(withTls({ insecure: true, caFile: 'ca.pem' }))).toEqual(refused);
    expect(codesOf(withTls({ insecure: false }))).toEqual(['unknown-value upstreams.legacy.tls.insecure']);
  });
});

describe('a loop of the facade to itself', () => {
  test.each([
    ['http://127.0.0.1:8080', 'http://127.0.0.1:8080'],
    ['http://localhost:8080', '0.0.0.0:8080'],
    ['http://[::1]:8080', '127.0.0.1:8080'],
    ['http://facade', 'facade:80'],
    ['https://facade.example', 'https://FACADE.example:443'],
  ])('%s is one when it listens on %s', (url, address) => {
    expect(codesOf(withLegacy(url), [address])).toEqual(['loop-to-itself upstreams.legacy.url']);
  });

  test.each([
    ['http://127.0.0.1:3000', '127.0.0.1:8080'],
    ['http://10.0.0.7:8080', '0.0.0.0:8080'],
    ['http://facade.example', 'https://facade.example'],
  ])('%s is none when it listens on %s', (url, address) => accepts(withLegacy(url), [address]));
});

describe('references', () => {
  test('to upstreams and capabilities must exist', () => {
    expect(codesOf({ ...withRoute({ capability: 'trip' }), defaults: { upstream: 'lgacy' } })).toEqual([
      'unknown-upstream defaults.upstream',
      'unknown-capability routes[0].capability',
    ]);
    expect(codesOf(withRoute({ capability: undefined, upstream: 'service' }))).toEqual([
      'unknown-upstream routes[0].upstream',
    ]);
    expect(codesOf({ capabilities: { trips: { ...aCapability, extracted: 'service' } } })).toEqual([
      'unknown-upstream capabilities.trips.extracted',
    ]);
  });

  test('must be to the right side', () => {
    expect(codesOf({ capabilities: { trips: { ...aCapability, legacy: 'services', extracted: 'legacy' } } })).toEqual([
      'wrong-side capabilities.trips.legacy',
      'wrong-side capabilities.trips.extracted',
    ]);
    expect(codesOf({ defaults: { upstream: 'services' } })).toEqual(['wrong-side defaults.upstream']);
  });

  test('of a route are to one thing', () => {
    expect(codesOf(withRoute({ upstream: 'legacy' }))).toEqual(['two-targets routes[0].upstream']);
  });
});

describe('reads and writes', () => {
  test('a write without an owner is refused, whatever says that it writes', () => {
    expect(codesOf(withRoute({ methods: ['POST'], capability: undefined }))).toEqual(['write-without-owner routes[0]']);
    expect(codesOf(withRoute({ methods: ['ANY'], capability: undefined }))).toEqual(['write-without-owner routes[0]']);
    expect(codesOf(withRoute({ access: 'write', capability: undefined }))).toEqual(['write-without-owner routes[0]']);
  });

  test('a route whose methods are wrong is not said to write', () => {
    expect(codesOf(withRoute({ methods: ['FETCH'], capability: undefined }))).toEqual([
      'unknown-value routes[0].methods[0]',
    ]);
  });

  test('a read without an owner goes to the default', () => {
    accepts(withRoute({ capability: undefined }));
    accepts(withRoute({ methods: ['POST'], access: 'read', capability: undefined }));
  });

  test('methods that read and write need a word', () => {
    expect(codesOf(withRoute({ methods: ['GET', 'POST'] }))).toEqual(['access-unclear routes[0].methods']);
    expect(codesOf(withRoute({ methods: ['ANY'] }))).toEqual(['access-unclear routes[0].methods']);
    accepts(withRoute({ methods: ['GET', 'POST'], access: 'write' }));
    accepts(withRoute({ methods: ['ANY'], capability: undefined, upstream: 'legacy' }));
  });

  test('ANY stands alone', () => {
    expect(codesOf(withRoute({ methods: ['ANY', 'GET'], access: 'write' }))).toEqual([
      'any-among-others routes[0].methods',
    ]);
  });
});

describe('where and what a route takes', () => {
  test('its pattern is one', () => {
    expect(codesOf(withRoute({ path: '/trips/*' }))).toEqual(['bad-pattern routes[0].path']);
  });

  test.each(['Api.example', 'api.example:8080', '*.example', 'api..example', 'http://api'])(
    'the host %s is none',
    (host) => {
      expect(codesOf(withRoute({ host }))).toEqual(['bad-host routes[0].host']);
    },
  );

  test.each(['api.example', 'localhost', '10.0.0.7', '[::1]', 'legacy_app'])('the host %s is one', (host) =>
    accepts(withRoute({ host })),
  );

  test.each(['json', 'application/*', 'Application/json', 'application/json;v=2'])(
    'the media type %s is none',
    (mediaType) => {
      expect(codesOf(withRoute({ mediaType }))).toEqual(['bad-media-type routes[0].mediaType']);
    },
  );

  test('a scope from the path is one of its parameters', () => {
    expect(codesOf(withRoute({ scope: { from: 'path', name: 'trip' } }))).toEqual([
      'scope-parameter-missing routes[0].scope.name',
    ]);
    expect(codesOf(withRoute({ path: '/trips/{tripId*}', scope: { from: 'path', name: 'tripId' } }))).toEqual([
      'scope-parameter-missing routes[0].scope.name',
    ]);
    accepts(withRoute({ scope: { from: 'path', name: 'tripId' } }));
  });
});

describe('capabilities', () => {
  const withCapability = (rule: Sections): Sections => ({ capabilities: { trips: { ...aCapability, ...rule } } });

  test('a percentage says whose bucket counts', () => {
    expect(codesOf(withCapability({ rollout: { percent: 5 } }))).toEqual([
      'percent-without-stickiness capabilities.trips.rollout.stickiness',
    ]);
    expect(codesOf(withCapability({ rollout: { percent: 5, stickiness: 'scop' } }))).toEqual([
      'unknown-value capabilities.trips.rollout.stickiness',
    ]);
    accepts(withCapability({ rollout: { percent: 5, stickiness: 'scope' } }));
  });

  test('the fenced hand-off can be read, but not used yet', () => {
    const [problem] = problemsOf(rulesText(withCapability({ handover: 'fenced' })));
    expect(problem).toMatchObject({
      code: 'handover-not-available',
      message: 'The fenced hand-off is not available yet.',
    });
    expect(problem?.remedy).toContain('handover: immediate');
  });
});

test('ids of routes are unique', () => {
  expect(codesOf({ routes: [read, { ...read, path: '/other' }, { ...read, path: '/third' }] })).toEqual([
    'duplicate-id routes[1].id',
    'duplicate-id routes[2].id',
  ]);
});
