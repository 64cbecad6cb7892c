import { access, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ConfigError } from '@banyan/platform';
import { readFacadeConfig } from './config.ts';
import { eventually } from './testing/eventually.ts';
import { flagsOf, readyStatus, served, startFlagScene } from './testing/flag-scene.ts';

vi.setConfig({ testTimeout: 60_000 });
const moved = ['trips', 'legacy'];
const onLegacy = ['legacy', 'legacy'];

test.concurrent(
  'FACADE_FLAG_STALE=legacy: flags that are too old decide nothing, and decide again when Unleash is back',
  async (context) => {
    const { unleash, facade } = await startFlagScene(context, {
      env: { FACADE_FLAG_STALE: 'legacy', FACADE_FLAG_MAX_STALE_SECONDS: '1' },
    });
    const stalePolicy = { then: 'legacy', limitSeconds: 1 };
    expect(await served(facade)).toEqual(moved);
    expect(await flagsOf(facade)).toMatchObject({ isTooOld: false, stalePolicy });
    unleash.answerAlways(503);
    await eventually(async () => expect(await served(facade)).toEqual(onLegacy));
    expect(await flagsOf(facade)).toMatchObject({ kind: 'synchronized', isTooOld: true, stalePolicy });
    expect(facade.lines).toContainEqual(expect.objectContaining({ event: 'flags.too-old', level: 'error' }));
    unleash.answerAlways('flags');
    await eventually(async () => expect(await served(facade)).toEqual(moved));
  },
);

test.concurrent('FACADE_FLAG_STALE=hold: the last flags decide however old they are', async (context) => {
  const { unleash, facade } = await startFlagScene(context, {
    env: { FACADE_FLAG_STALE: 'hold', FACADE_FLAG_MAX_STALE_SECONDS: '0' },
  });
  unleash.answerAlways(503);
  await eventually(async () =>
    expect(((await flagsOf(facade)) as { readonly ageSeconds: number }).ageSeconds).toBeGreaterThan(1.5),
  );
  expect(await served(facade)).toEqual(moved);
  expect(await flagsOf(facade)).toMatchObject({ isTooOld: false, stalePolicy: { then: 'hold', limitSeconds: 0 } });
});

test.concurrent(
  'FACADE_FLAG_START=wait: not ready, and everybody on legacy, until Unleash has answered',
  async (context) => {
    const { unleash, facade } = await startFlagScene(context, {
      first: 'not json',
      env: { FACADE_FLAG_START: 'wait', FACADE_FLAG_START_WAIT_MS: '10' },
    });
    expect(await readyStatus(facade)).toBe(503);
    expect(await served(facade)).toEqual(onLegacy);
    const { checks } = (await (await fetch(`${facade.adminUrl}/ready`)).json()) as { readonly checks: unknown };
    expect(checks).toContainEqual(
      expect.objectContaining({ name: 'flags', isReady: false, why: expect.any(String) as string }),
    );
    unleash.answerAlways('flags');
    await eventually(async () => expect(await readyStatus(facade)).toBe(200));
    expect(await served(facade)).toEqual(moved);
    unleash.answerAlways('not json');
    // Known-good flags were had once: a later outage takes no replica out.
    await eventually(async () =>
      expect(await flagsOf(facade)).toMatchObject({ why: expect.stringContaining('stay in force') as string }),
    );
    expect(await readyStatus(facade)).toBe(200);
  },
);

test.concurrent('FACADE_FLAG_START=cached: ready by a backup of its age, not without any', async (context) => {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-flags-'));
  context.onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { unleash, another } = await startFlagScene(context, { folder });
  await eventually(() => access(join(folder, 'flags.json')));
  await unleash.kill();
  const env = { FACADE_FLAG_START: 'cached', FACADE_FLAG_START_WAIT_MS: '10' };
  const again = await another({ folder, env });
  await eventually(async () => expect(await flagsOf(again)).toMatchObject({ kind: 'cached' }));
  expect([await readyStatus(again), ...(await served(again))]).toEqual([200, ...moved]);
  const tooOld = await another({ folder, env: { ...env, FACADE_FLAG_MAX_STALE_SECONDS: '0' } });
  expect([await readyStatus(tooOld), ...(await served(tooOld))]).toEqual([503, ...onLegacy]);
});

test.concurrent('a decision by a flag says in its log line how old the flags were', async (context) => {
  const { unleash, facade } = await startFlagScene(context);
  await served(facade);
  await fetch(`${facade.url}/users/7`);
  await eventually(() => expect(facade.servedLines()).toHaveLength(3));
  const ages = facade.servedLines().map((line) => line['flagAgeSeconds']);
  expect(ages).toEqual([expect.any(Number), expect.any(Number), undefined]);
  unleash.answerAlways('hang');
  await eventually(async () => {
    await served(facade);
    expect(facade.servedLines().at(-1)?.['flagAgeSeconds']).toBeGreaterThan(1.5);
  });
});

test('an address of Unleash without a token is a bad configuration: such a facade would never know a flag', () => {
  const env = { FACADE_ADMIN_TOKEN: 't', FACADE_UNLEASH_URL: 'http://127.0.0.1:4242/api', FACADE_FLAG_START: 'wait' };
  expect(() => readFacadeConfig(env)).toThrow(ConfigError);
  expect(() => readFacadeConfig(env)).toThrow(/FACADE_UNLEASH_TOKEN: missing, while FACADE_UNLEASH_URL is set/);
});
