import { describe, expect, test } from 'vitest';
import { documentOf, problemsOf, rulesText, someUpstreams } from '../../testing/rules-builder.ts';

type Sections = Readonly<Record<string, unknown>>;

const read = { id: 'read', methods: ['GET'], path: '/trips/{tripId}', capability: 'trips' };

function textWith(transform: unknown, route: Sections = {}, sections: Sections = {}): string {
  return rulesText({ routes: [{ ...read, ...route, transform }], ...sections });
}

function codesOf(transform: unknown, route: Sections = {}, sections: Sections = {}): readonly string[] {
  return problemsOf(textWith(transform, route, sections)).map(({ code, path }) => `${code} ${path}`);
}

describe("the side's path", () => {
  test('is a path of parameters that the route has', () => {
    expect(codesOf({ path: 'api/{tripId}' })).toEqual(['bad-pattern routes[0].transform.path']);
    expect(codesOf({ legacy: { path: '/api/{trip}/{tripId*}' } })).toEqual([
      'unknown-parameter routes[0].transform.legacy.path',
      'unknown-parameter routes[0].transform.legacy.path',
    ]);
    expect(documentOf(textWith({ path: '/api/{tripId}', extracted: { path: '/{tripId}' } }))).toBeDefined();
  });

  test('may leave a parameter out', () => {
    expect(documentOf(textWith({ path: '/api/trip' }))).toBeDefined();
  });
});

describe('headers', () => {
  test.each(['host', 'content-length', 'transfer-encoding', 'connection', 'te', 'keep-alive', 'upgrade'])(
    '%s may not be set or removed, since it frames or belongs to the connection',
    (name) => {
      expect(codesOf({ request: { set: { [name]: 'x' } } })).toEqual([
        `reserved-header routes[0].transform.request.set.${name}`,
      ]);
      expect(codesOf({ answer: { remove: [name] } })).toEqual([`reserved-header routes[0].transform.answer.remove[0]`]);
    },
  );

  test.each(['x-forwarded-for', 'x_forwarded_for', 'x-banyan-side', 'forwarded', 'x-request-id', 'traceparent'])(
    '%s may not be set or removed, since the facade writes it',
    (name) => {
      expect(codesOf({ request: { set: { [name]: 'x' } } })).toEqual([
        `reserved-header routes[0].transform.request.set.${name}`,
      ]);
    },
  );

  test('that name the caller may not be changed on the way to a side', () => {
    const subject = { from: 'header', name: 'x-user-id' };
    for (const name of ['x-user-id', 'x_user_id'])
      expect(codesOf({ request: { set: { [name]: '1' } } }, { subject })).toEqual([
        `reserved-header routes[0].transform.request.set.${name}`,
      ]);
    expect(documentOf(textWith({ answer: { remove: ['x-user-id'] } }, { subject }))).toBeDefined();
  });

  test('of cookies may be removed from an answer, not set', () => {
    expect(codesOf({ answer: { set: { 'set-cookie': 'a=1' } } })).toEqual([
      'reserved-header routes[0].transform.answer.set.set-cookie',
    ]);
    expect(documentOf(textWith({ answer: { remove: ['set-cookie'] } }))).toBeDefined();
  });

  test.each([' lead', 'trail ', 'two\nlines', 'nul\0', 'grün', '\u0001'])('the value %j is refused', (value) => {
    expect(codesOf({ legacy: { answer: { set: { 'x-a': value } } } })).toEqual([
      'bad-header-value routes[0].transform.legacy.answer.set.x-a',
    ]);
  });

  test.each(['', 'x', 'two words', 'a\tb', 'text/html; charset="utf-8"'])('the value %j is accepted', (value) => {
    expect(documentOf(textWith({ answer: { set: { 'x-a': value } } }))).toBeDefined();
  });

  test('are in lower case, and not without number', () => {
    expect(codesOf({ request: { set: { 'X-A': '1' } } })).toEqual(['bad-name routes[0].transform.request.set.X-A']);
    const many = Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`x-${index}`, '1']));
    expect(codesOf({ request: { set: many } })).toEqual(['out-of-range routes[0].transform.request.set']);
    expect(codesOf({ request: { remove: Object.keys(many) } })).toEqual([
      'out-of-range routes[0].transform.request.remove',
    ]);
  });
});

describe('cookies', () => {
  test.each(['app', '/a;b', '/a b', '/\u0007', ''])('the path %j is refused', (from) => {
    expect(codesOf({ cookiePath: { from, to: '/' } })).toEqual([
      'bad-cookie-scope routes[0].transform.cookiePath.from',
    ]);
  });

  test.each(['.example.com', 'Example.com', 'a..b', 'a b', 'a;b', '-a'])('the domain %j is refused', (cookieDomain) => {
    expect(codesOf({ cookieDomain })).toEqual(['bad-cookie-scope routes[0].transform.cookieDomain']);
  });

  test.each(['remove', 'example.com', 'localhost'])('the domain %j is accepted', (cookieDomain) => {
    expect(documentOf(textWith({ cookieDomain, cookiePath: { from: '/', to: '/app' } }))).toBeDefined();
  });
});

test('a side that the route never goes to has no transformation', () => {
  const fixed = { capability: undefined, upstream: 'services' };
  expect(codesOf({ legacy: { path: '/x' } }, fixed)).toEqual(['side-never-served routes[0].transform.legacy']);
  expect(codesOf({ extracted: { path: '/x' } }, { capability: undefined })).toEqual([
    'side-never-served routes[0].transform.extracted',
  ]);
  expect(documentOf(textWith({ extracted: { path: '/x' } }, fixed, { upstreams: someUpstreams }))).toBeDefined();
});
