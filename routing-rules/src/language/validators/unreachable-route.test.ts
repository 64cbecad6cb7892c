import { describe, expect, test } from 'vitest';
import { documentOf, problemsOf, rulesText, someUpstreams } from '../../testing/rules-builder.ts';

type RouteSections = Readonly<Record<string, unknown>>;

const insensitive = { ...someUpstreams, iis: { side: 'legacy', url: 'http://iis', caseSensitivePaths: false } };

function text(routes: readonly RouteSections[]): string {
  const withIds = routes.map((route, index) => ({ id: `r${index}`, methods: ['GET'], upstream: 'legacy', ...route }));
  return rulesText({ upstreams: insensitive, routes: withIds });
}

const findings = (...routes: readonly RouteSections[]) =>
  problemsOf(text(routes)).map(({ ruleId, code, message }) => `${String(ruleId)} ${code}: ${message}`);
const accepts = (...routes: readonly RouteSections[]) =>
  expect(documentOf(text(routes)).routes.length).toBe(routes.length);

describe('a duplicate route', () => {
  test('wants the same requests as one above', () => {
    expect(findings({ path: '/trips/{a}' }, { path: '/trips/{b}' })).toEqual([
      'r1 duplicate-route: GET /trips/{b} is the route "r0" already.',
    ]);
  });

  test('is one for those of its methods that are taken', () => {
    expect(findings({ path: '/a', methods: ['GET', 'POST'] }, { path: '/a', methods: ['POST', 'PUT'] })).toEqual([
      'r1 duplicate-route: POST /a is the route "r0" already.',
    ]);
  });

  test('may differ in the order of its headers', () => {
    expect(
      findings({ path: '/a', headers: { x: '1', y: '2' } }, { path: '/a', headers: { y: '2', x: '1' } }),
    ).toHaveLength(1);
  });

  test('may differ in case where the server does not mind', () => {
    expect(findings({ path: '/a', upstream: 'iis' }, { path: '/A', upstream: 'iis' })).toHaveLength(1);
    accepts({ path: '/a' }, { path: '/A' });
  });
});

describe('an unreachable route', () => {
  test('asks for more than one above that takes all of it', () => {
    expect(findings({ path: '/a' }, { path: '/a', headers: { x: '1' } })).toEqual([
      'r1 unreachable-route: GET /a never gets here: "r0" further up takes it.',
    ]);
    expect(
      findings({ path: '/a', headers: { x: '1' } }, { path: '/a', headers: { x: '1' }, mediaType: 'a/b' }),
    ).toHaveLength(1);
  });

  test('stands below one for ANY method', () => {
    expect(findings({ path: '/a', methods: ['ANY'] }, { path: '/a', methods: ['GET'] })).toHaveLength(1);
    accepts({ path: '/a', methods: ['GET'] }, { path: '/a', methods: ['ANY'] });
  });

  test('is one for HEAD below GET, but GET below HEAD is not', () => {
    expect(findings({ path: '/a' }, { path: '/a', methods: ['HEAD'] })).toHaveLength(1);
    accepts({ path: '/a', methods: ['HEAD'] }, { path: '/a' });
  });

  test('minds case below one that does not', () => {
    expect(findings({ path: '/a', upstream: 'iis' }, { path: '/a' })).toHaveLength(1);
    accepts({ path: '/a' }, { path: '/a', upstream: 'iis' });
  });

  test('is a rest that longer routes take completely', () => {
    const shorter = [{ path: '/a' }, { path: '/a/{x}' }];
    expect(findings(...shorter, { path: '/a/{x}/{more*}' }, { path: '/a/{rest*}' })).toEqual([
      'r3 unreachable-route: GET /a/{rest*} never gets here: more specific routes take every length of it.',
    ]);
    accepts(...shorter, { path: '/a/{rest*}' });
    accepts({ path: '/a/{x}/{more*}' }, { path: '/a/{rest*}' });
  });
});

test('routes that differ in host, method, shape or conditions stand beside each other', () => {
  accepts(
    { path: '/a' },
    { path: '/a', host: 'api.example' },
    { path: '/a', methods: ['POST'] },
    { path: '/{x}' },
    { path: '/a/{rest*}' },
    { path: '/b', headers: { x: '1' } },
    { path: '/b', headers: { x: '2' } },
    { path: '/b', mediaType: 'a/b' },
    { path: '/b' },
  );
});
