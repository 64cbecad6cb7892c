import { describe, expect, test, vi, type TestContext } from 'vitest';
import { eventually } from './testing/eventually.ts';
import { namedSide, startFacade, tripRules, type TestFacade } from './testing/facade.ts';
import { startFakeUnleash, type FakeUnleash, type PollAnswer } from './testing/fake-unleash.ts';
import { createSides } from './testing/sides.ts';

vi.setConfig({ testTimeout: 60_000 });
const refreshMs = 100;

interface Scene {
  readonly unleash: FakeUnleash;
  readonly facade: TestFacade;
}

/** A facade with both sides, and with an Unleash that has moved user 42. */
async function start({ onTestFinished }: TestContext, first: PollAnswer = 'flags'): Promise<Scene> {
  const sides = createSides();
  onTestFinished(() => sides.close());
  const unleash = await startFakeUnleash();
  sides.onClose(() => unleash.kill());
  unleash.setUsers(['42']);
  unleash.answerAlways(first);
  const [legacy, trips] = await Promise.all([sides.node(namedSide('legacy')), sides.node(namedSide('trips'))]);
  const env = {
    FACADE_UNLEASH_URL: unleash.url,
    FACADE_UNLEASH_TOKEN: 'token',
    FACADE_FLAG_REFRESH_MS: String(refreshMs),
  };
  const facade = await startFacade({ rules: tripRules({ legacy, trips }), env });
  sides.onClose(() => facade.close());
  return { unleash, facade };
}

async function nextPoll({ pollCount }: FakeUnleash): Promise<void> {
  const before = pollCount();
  await eventually(() => expect(pollCount()).toBeGreaterThan(before));
}

/** Where requests of users 42 and 43 really go. */
async function served(facade: TestFacade): Promise<readonly string[]> {
  const texts = ['42', '43'].map(async (user) => {
    const authorization = `Bearer ${await facade.issuer.tokenFor(user)}`;
    return (await fetch(`${facade.url}/trips`, { headers: { authorization } })).text();
  });
  return (await Promise.all(texts)).map((text) => text.split(' ')[0] ?? '');
}

const moved = ['trips', 'legacy'];
const swapped = ['legacy', 'trips'];
const readyStatus = async ({ adminUrl }: TestFacade): Promise<number> => (await fetch(`${adminUrl}/ready`)).status;
const flagsOf = async (facade: TestFacade): Promise<unknown> =>
  ((await facade.admin('GET', '/status')).body as { readonly flags: unknown }).flags;
const metric = async (facade: TestFacade, name: string): Promise<number> =>
  Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(String((await facade.admin('GET', '/metrics')).body))?.[1]);

describe.concurrent.each<{ readonly answer: PollAnswer }>([
  { answer: 401 },
  { answer: 403 },
  { answer: 429 },
  { answer: 500 },
  { answer: 503 },
  { answer: 'not json' },
  { answer: 'nothing' },
  { answer: 'no flags in it' },
  { answer: 'an empty list' },
])('while Unleash answers $answer', ({ answer }) => {
  test('everybody keeps the side, the facade stays ready, and what is switched then takes effect after it', async (context) => {
    const { unleash, facade } = await start(context);
    expect(await served(facade)).toEqual(moved);
    unleash.answerAlways(answer);
    await nextPoll(unleash);
    unleash.setUsers(['43']);
    await eventually(async () => expect(await metric(facade, 'flag_data_age_seconds')).toBeGreaterThan(1));
    expect(await served(facade)).toEqual(moved);
    expect(await readyStatus(facade)).toBe(200);
    unleash.answerAlways('flags');
    await eventually(async () => expect(await served(facade)).toEqual(swapped));
    await eventually(() => expect(Math.max(...unleash.lastGapsMs(5))).toBeLessThan(5 * refreshMs));
  });
});

test.concurrent('one 401, after which the SDK never asks again, costs no more than a new poller', async (context) => {
  const { unleash, facade } = await start(context);
  unleash.answerNext([401]);
  await nextPoll(unleash);
  unleash.setUsers(['43']);
  await eventually(async () => expect(await served(facade)).toEqual(swapped));
  expect(await metric(facade, 'facade_flag_pollers_replaced_total')).toBe(1);
});

test.concurrent('an operator sees that all flags are gone, and since when the last ones hold', async (context) => {
  const { unleash, facade } = await start(context);
  unleash.answerAlways('an empty list');
  await eventually(async () =>
    expect(await flagsOf(facade)).toMatchObject({
      kind: 'synchronized',
      why: 'the last flags stay in force: Unleash knows no flag at all any more',
    }),
  );
  expect((await facade.admin('GET', '/flags/trips.cutover')).body).toMatchObject({ isKnown: true, isEnabled: true });
  expect(await served(facade)).toEqual(moved);
});

test.concurrent('a server that never had a flag is believed: everybody is on legacy', async (context) => {
  const { facade } = await start(context, 'an empty list');
  expect(await flagsOf(facade)).toMatchObject({ kind: 'synchronized', why: 'Unleash answers' });
  expect(await served(facade)).toEqual(['legacy', 'legacy']);
});
