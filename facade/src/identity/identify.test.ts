import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { describe, expect, test } from 'vitest';
import { Secret, type TokenVerdict } from '@banyan/platform';
import { compileRules, matchRoute, parseRules, type RouteMatch } from '@banyan/routing-rules';
import { tripRules } from '../testing/facade.ts';
import { createIdCookies } from './id-cookie.ts';
import { createIdentify, type Caller } from './identify.ts';

const cookies = createIdCookies({
  secret: new Secret('a-long-random-text'),
  maxAgeSeconds: 100,
  nowSeconds: () => 1_000,
  randomId: () => randomBytes(16).toString('base64url'),
});

const verdicts: Readonly<Record<string, TokenVerdict>> = {
  good: { kind: 'verified', subject: '42', claims: { tenant: 'acme', level: 7, flags: [] }, expiresAtSeconds: 9e9 },
  forged: { kind: 'refused', reason: 'x' },
  unclear: { kind: 'unknown', reason: 'x' },
};
const verdictOn = (token: string): TokenVerdict => verdicts[token] ?? expect.unreachable(token);

function matchOf(path: string, subject: string, anonymous: string): RouteMatch {
  const parsed = parseRules(tripRules({ legacy: 'http://l', trips: 'http://t' }, { subject, anonymous }));
  const table = parsed.kind === 'parsed' ? compileRules(parsed.document) : expect.unreachable('the rules are good');
  return matchRoute(table, { method: 'GET', path });
}

interface Asked {
  readonly headers?: IncomingHttpHeaders;
  readonly subject?: string;
  readonly anonymous?: string;
  readonly isPeerTrusted?: boolean;
  readonly path?: string;
}

async function identified({
  headers = {},
  subject = '{ from: token }',
  anonymous = 'legacy',
  isPeerTrusted = false,
  path = '/trips',
}: Asked): Promise<Caller> {
  const identify = createIdentify({ tokens: { verdictOn }, cookies });
  return identify({ headers, isPeerTrusted, scheme: 'http' }, matchOf(path, subject, anonymous));
}

const bearer = (token: string): IncomingHttpHeaders => ({ authorization: `Bearer ${token}` });
const withId = (id: string): string => cookies.issue(id, 'http').split(';')[0] ?? '';

describe('who calls', () => {
  test('by the subject of a token, or by another claim', async () => {
    expect(await identified({ headers: bearer('good') })).toMatchObject({
      subject: { kind: 'identified', id: '42' },
      source: 'token',
    });
    const by = (claim: string) => identified({ headers: bearer('good'), subject: `{ from: token, claim: ${claim} }` });
    expect([(await by('tenant')).subject, (await by('level')).subject]).toEqual([
      { kind: 'identified', id: 'acme' },
      { kind: 'identified', id: '7' },
    ]);
    for (const claim of ['flags', 'missing', 'constructor'])
      expect((await by(claim)).subject).toEqual({ kind: 'anonymous' });
  });

  test.each([
    ['forged', 'token-refused'],
    ['unclear', 'keys-unavailable'],
  ])('a token that is %s names nobody', async (token, source) => {
    expect(await identified({ headers: bearer(token) })).toEqual({
      subject: { kind: 'anonymous' },
      source,
      setCookie: undefined,
    });
  });

  test('by a header, from a trusted peer only, and only when it is one name', async () => {
    const subject = '{ from: header, name: x-user }';
    const by = async (value: string, isPeerTrusted: boolean) =>
      (await identified({ headers: { 'x-user': value }, subject, isPeerTrusted })).subject;
    expect(await by('42', true)).toEqual({ kind: 'identified', id: '42' });
    for (const [value, isPeerTrusted] of [
      ['42', false],
      ['42, 43', true],
      ['', true],
    ] as const)
      expect(await by(value, isPeerTrusted)).toEqual({ kind: 'anonymous' });
  });

  test('by the signed cookie, where the rule goes by that', async () => {
    const asked = { headers: { cookie: withId('abc') }, subject: '{ from: cookie }' };
    expect(await identified(asked)).toMatchObject({ subject: { kind: 'identified', id: 'abc' }, source: 'cookie' });
  });

  test('is not asked where nothing is decided by it', async () => {
    for (const path of ['/users/1', '/elsewhere'])
      expect((await identified({ headers: bearer('forged'), path })).source).toBe('not-asked');
  });
});

describe('an anonymous caller of a capability that goes by the cookie', () => {
  const anonymous = 'cookie';

  test('is given an id, which routes nobody before it comes back', async () => {
    const caller = await identified({ anonymous });
    expect(caller.subject).toEqual({ kind: 'anonymous' });
    const cookie = caller.setCookie?.split(';')[0] ?? '';
    expect(await identified({ anonymous, headers: { cookie } })).toEqual({
      subject: { kind: 'anonymous', anonymousId: cookies.read(cookie)?.id },
      source: 'cookie',
      setCookie: undefined,
    });
  });

  test('is given the same id again when its time is half over', async () => {
    const early = createIdCookies({
      secret: new Secret('a-long-random-text'),
      maxAgeSeconds: 100,
      nowSeconds: () => 940,
      randomId: () => 'x',
    });
    const cookie = early.issue('abc', 'http').split(';')[0] ?? '';
    const { subject, setCookie } = await identified({ anonymous, headers: { cookie } });
    expect([subject, cookies.read(setCookie?.split(';')[0])?.id]).toEqual([
      { kind: 'anonymous', anonymousId: 'abc' },
      'abc',
    ]);
  });

  test('who has a token needs no cookie; one whose token is refused does', async () => {
    expect((await identified({ anonymous, headers: bearer('good') })).setCookie).toBeUndefined();
    expect((await identified({ anonymous, headers: bearer('forged') })).setCookie).toMatch(/^banyan_id=/);
  });

  test('keeps the id of the cookie after the login, and gets it again when its time is half over', async () => {
    const headers = { ...bearer('good'), cookie: withId('abc') };
    expect(await identified({ anonymous, headers })).toEqual({
      subject: { kind: 'identified', id: '42', anonymousId: 'abc' },
      source: 'token',
      setCookie: undefined,
    });
    const forged = { ...bearer('good'), cookie: 'banyan_id=v1.abc.9999999999.forged' };
    expect((await identified({ anonymous, headers: forged })).subject).toEqual({ kind: 'identified', id: '42' });
    expect((await identified({ headers })).subject).toEqual({ kind: 'identified', id: '42' });
  });
});
