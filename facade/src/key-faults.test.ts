import { describe, expect, test, vi, type TestContext } from 'vitest';
import { createTestIssuer } from '@banyan/platform/testing';
import { eventually } from './testing/eventually.ts';
import { namedSide, startFacade, tripRules, type TestFacade } from './testing/facade.ts';
import { startKeyServer, type KeyAnswer, type KeyServer } from './testing/key-server.ts';
import { createSides } from './testing/sides.ts';

vi.setConfig({ testTimeout: 60_000 });
const issuer = await createTestIssuer('fleet-legacy', 'key-1');
const nextIssuer = await createTestIssuer('fleet-legacy', 'key-2');

interface Scene {
  readonly facade: TestFacade;
  readonly keys: KeyServer;
}

/** A facade that sends user 42, and nobody else, to the extracted side. */
async function start(
  context: TestContext,
  { first = 'keys', anonymous = 'legacy' }: { readonly first?: KeyAnswer; readonly anonymous?: string } = {},
): Promise<Scene> {
  const sides = createSides();
  context.onTestFinished(() => sides.close());
  const keys = await startKeyServer(issuer, first);
  sides.onClose(() => keys.close());
  const [legacy, trips] = await Promise.all([sides.node(namedSide('legacy')), sides.node(namedSide('trips'))]);
  const rules = tripRules({ legacy, trips }, { anonymous });
  const facade = await startFacade({ rules, issuer, env: { FACADE_JWKS_URL: keys.url } });
  sides.onClose(() => facade.close());
  await facade.admin('PUT', '/overrides/trips', { side: 'extracted', subject: '42', reason: 'test' });
  return { facade, keys };
}

/** Which side answers the holder of the token, and who the facade took him for. */
async function servedWith(facade: TestFacade, token: string) {
  const answer = await fetch(`${facade.url}/trips`, { headers: { authorization: `Bearer ${token}` } });
  const requestId = answer.headers.get('x-request-id');
  const side = (await answer.text()).split(' ')[0];
  const caller = facade.servedLines().find((line) => line['requestId'] === requestId)?.['caller'];
  return { side, caller, cookie: answer.headers.get('set-cookie')?.split('=')[0] };
}

const known = { side: 'trips', caller: 'token' };

describe.concurrent.each<{ readonly answer: KeyAnswer }>([
  { answer: 'hang' },
  { answer: 404 },
  { answer: 503 },
  { answer: 'not json' },
  { answer: 'no keys in it' },
])('while the key server answers $answer', ({ answer }) => {
  test('callers with known tokens, and with new ones by a known key, keep their side', async (context) => {
    const { facade, keys } = await start(context);
    const token = await issuer.tokenFor('42');
    expect(await servedWith(facade, token)).toMatchObject(known);
    keys.answer(answer);
    expect(await servedWith(facade, token)).toMatchObject(known);
    expect(await servedWith(facade, await issuer.tokenFor('42', { expiresInSeconds: 700 }))).toMatchObject(known);
  });

  test('a facade that just started takes callers for unknown after a bounded wait, and knows them when it is over', async (context) => {
    const { facade, keys } = await start(context, { first: answer });
    const token = await issuer.tokenFor('42');
    expect(await servedWith(facade, token)).toEqual({ side: 'legacy', caller: 'keys-unavailable' });
    keys.answer('keys');
    await eventually(async () => expect(await servedWith(facade, token)).toMatchObject(known));
  });

  test('a caller who is not known is treated as the capability says of anonymous ones', async (context) => {
    const { facade } = await start(context, { first: answer, anonymous: 'cookie' });
    expect(await servedWith(facade, await issuer.tokenFor('42'))).toMatchObject({
      side: 'legacy',
      caller: 'keys-unavailable',
      cookie: expect.any(String) as string,
    });
  });
});

describe('when the issuer changes its key', () => {
  test.concurrent(
    'tokens by the new one are accepted within seconds, and new ones by the old one no more',
    async (context) => {
      const { facade, keys } = await start(context);
      const old = await issuer.tokenFor('42');
      expect(await servedWith(facade, old)).toMatchObject(known);
      keys.publish(nextIssuer);
      const token = await nextIssuer.tokenFor('42');
      await eventually(async () => expect(await servedWith(facade, token)).toMatchObject(known));
      const late = await issuer.tokenFor('42', { expiresInSeconds: 700 });
      expect(await servedWith(facade, late)).toEqual({ side: 'legacy', caller: 'token-refused' });
      // It was verified when its key was good; the sides look at it themselves.
      expect(await servedWith(facade, old)).toMatchObject(known);
    },
  );

  test.concurrent('made-up keys do not make the facade ask again and again', async (context) => {
    const { facade, keys } = await start(context);
    await servedWith(facade, await issuer.tokenFor('42'));
    const stranger = await createTestIssuer('fleet-legacy', 'made-up');
    for (let time = 0; time < 5; time += 1)
      expect(await servedWith(facade, await stranger.tokenFor('42'))).toEqual({
        side: 'legacy',
        caller: 'token-refused',
      });
    expect(keys.askedCount()).toBe(1);
  });
});
