import { describe, expect, test, vi } from 'vitest';
import { eventually } from './testing/eventually.ts';
import type { TestFacade } from './testing/facade.ts';
import type { FakeUnleash, PollAnswer } from './testing/fake-unleash.ts';
import { flagsOf, readyStatus, served, startFlagScene } from './testing/flag-scene.ts';

vi.setConfig({ testTimeout: 60_000 });
const refreshMs = 100;

async function nextPoll({ pollCount }: FakeUnleash): Promise<void> {
  const before = pollCount();
  await eventually(() => expect(pollCount()).toBeGreaterThan(before));
}

const moved = ['trips', 'legacy'];
const swapped = ['legacy', 'trips'];
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
    const { unleash, facade } = await startFlagScene(context, { refreshMs });
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
  const { unleash, facade } = await startFlagScene(context, { refreshMs });
  unleash.answerNext([401]);
  await nextPoll(unleash);
  unleash.setUsers(['43']);
  await eventually(async () => expect(await served(facade)).toEqual(swapped));
  expect(await metric(facade, 'facade_flag_pollers_replaced_total')).toBe(1);
});

test.concurrent('an operator sees that all flags are gone, and since when the last ones hold', async (context) => {
  const { unleash, facade } = await startFlagScene(context, { refreshMs });
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
  const { facade } = await startFlagScene(context, { first: 'an empty list' });
  expect(await flagsOf(facade)).toMatchObject({ kind: 'synchronized', why: 'Unleash answers' });
  expect(await served(facade)).toEqual(['legacy', 'legacy']);
});
