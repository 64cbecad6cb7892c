import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import { silentLogger } from '@banyan/platform';
import { createScratchDatabase, type ScratchDatabase } from '@banyan/platform/testing';
import { createFlagBackup } from './flags/flag-backup.ts';
import type { FlagSource } from './flags/flag-source.ts';
import { createUnleashSource } from './flags/unleash-source.ts';
import { eventually } from './testing/eventually.ts';
import { namedSide, startFacade, tripRules, type TestFacade } from './testing/facade.ts';
import { createRealUnleash, type FlagStrategy, type RealUnleash } from './testing/real-unleash.ts';
import { createSides } from './testing/sides.ts';

const flag = 'trips.cutover';
const sides = createSides();
let scratch: ScratchDatabase;
let unleash: RealUnleash;

beforeAll(async () => {
  scratch = await createScratchDatabase(inject('postgresUrl'));
  unleash = await createRealUnleash(scratch.url);
  await unleash.start();
});
afterEach(() => sides.close());
afterAll(async () => {
  await unleash.kill();
  await scratch.drop();
});

async function facadeWithUnleash(env: Readonly<Record<string, string>> = {}, folder?: string): Promise<TestFacade> {
  const [legacy, trips] = await Promise.all([sides.node(namedSide('legacy')), sides.node(namedSide('trips'))]);
  const facade = await startFacade({
    rules: tripRules({ legacy, trips }),
    env: {
      FACADE_UNLEASH_URL: unleash.url,
      FACADE_UNLEASH_TOKEN: unleash.clientToken.reveal(),
      FACADE_FLAG_REFRESH_MS: '100',
      ...env,
    },
    ...(folder !== undefined && { folder }),
  });
  sides.onClose(() => facade.close());
  return facade;
}

/** Where a request of this user really goes. */
async function servedFor(facade: TestFacade, user: string): Promise<string> {
  const answer = await fetch(`${facade.url}/trips`, {
    headers: { authorization: `Bearer ${await facade.issuer.tokenFor(user)}` },
  });
  return (await answer.text()).split(' ')[0] ?? '';
}

const flagsOf = async (facade: TestFacade): Promise<unknown> =>
  ((await facade.admin('GET', '/status')).body as { flags: unknown }).flags;

async function passOn(url: URL, { method = '', headers }: IncomingMessage, response: ServerResponse): Promise<void> {
  const { authorization = '', 'if-none-match': etag = '' } = headers;
  const answer = await fetch(url, {
    method: method === 'GET' ? 'GET' : 'HEAD',
    headers: { authorization, 'if-none-match': etag },
  });
  response.writeHead(answer.status, { etag: answer.headers.get('etag') ?? '' }).end(await answer.text());
}

/** What the facade decides by, to ask about thousands of users. */
function sourceIn(folder: string): FlagSource {
  const source = createUnleashSource({
    url: unleash.url,
    token: unleash.clientToken,
    instanceId: 'test',
    refreshMs: 100,
    backup: createFlagBackup(join(folder, 'share.json')),
    startWith: undefined,
    silenceLimitMs: 5_000,
    log: silentLogger,
    onChange: () => undefined,
    onPollerReplaced: () => undefined,
    nowMs: Date.now,
  });
  sides.onClose(() => source.close());
  return source;
}

describe('with a real Unleash server', () => {
  test('a named user moves, and moves back', async () => {
    await unleash.setFlag(flag, [{ percent: 100, users: ['42'] }, { percent: 0 }]);
    const facade = await facadeWithUnleash();
    expect(await flagsOf(facade)).toMatchObject({ kind: 'synchronized', why: 'Unleash answers' });
    await eventually(async () => expect(await servedFor(facade, '42')).toBe('trips'));
    expect(await servedFor(facade, '43')).toBe('legacy');
    await unleash.setFlag(flag, [{ percent: 100, users: ['43'] }, { percent: 0 }]);
    await eventually(async () => expect(await servedFor(facade, '42')).toBe('legacy'));
    await eventually(async () => expect(await servedFor(facade, '43')).toBe('trips'));
    expect((await facade.admin('GET', `/flags/${flag}`)).body).toMatchObject({
      name: flag,
      isKnown: true,
      isEnabled: true,
      definition: { name: flag },
    });
  });

  test('at 50 % half of 10,000 users are moved, always the same, and 25 % are among them', async () => {
    const facade = await facadeWithUnleash();
    const source = sourceIn(facade.folder);
    const users = Array.from({ length: 10_000 }, (_, index) => String(index + 1));
    const movedAt = async (percent: number): Promise<ReadonlySet<string>> => {
      await unleash.setFlag(flag, [{ percent }]);
      const wanted = { strategies: [{ parameters: { rollout: String(percent) } }] };
      await eventually(() => expect(source.definition(flag)).toMatchObject(wanted));
      await eventually(async () =>
        expect((await facade.admin('GET', `/flags/${flag}`)).body).toMatchObject({ definition: wanted }),
      );
      return new Set(users.filter((user) => source.isEnabled(flag, user) === true));
    };
    const half = await movedAt(50);
    for (const user of users.slice(0, 20))
      expect(await servedFor(facade, user)).toBe(half.has(user) ? 'trips' : 'legacy');
    const quarter = await movedAt(25);
    const halfAgain = await movedAt(50);
    expect(Math.abs(half.size / 100 - 50)).toBeLessThan(1.5);
    expect(Math.abs(quarter.size / 100 - 25)).toBeLessThan(1.5);
    expect([...quarter].filter((user) => !half.has(user))).toEqual([]);
    expect(halfAgain).toEqual(half);
  });

  const many = Array.from({ length: 20_000 }, (_, index) => String(index + 1));
  /** Who is on the extracted side, once Unleash has handed out exactly this. */
  async function movedBy(source: FlagSource, strategy: FlagStrategy): Promise<readonly string[]> {
    await unleash.setFlag(flag, [strategy]);
    const key = strategy.isFine ? 'percent' : 'rollout';
    const parameters = {
      [key]: String(strategy.percent),
      ...(strategy.stickiness !== undefined && { stickiness: strategy.stickiness }),
    };
    await eventually(() => expect(source.definition(flag)).toMatchObject({ strategies: [{ parameters }] }));
    return many.filter((user) => source.isEnabled(flag, user) === true);
  }

  test('the strategy banyanRollout takes steps of 0.01 %, and a whole percent contains them', async () => {
    const facade = await facadeWithUnleash();
    const source = sourceIn(facade.folder);
    const one = await movedBy(source, { percent: 1 });
    const quarter = await movedBy(source, { percent: 0.25, isFine: true });
    expect(Math.abs(quarter.length - 50)).toBeLessThan(25);
    expect(quarter.filter((user) => !one.includes(user))).toEqual([]);
    const [inside = '', outside = ''] = [quarter[0], one.find((user) => !quarter.includes(user))];
    await eventually(async () => expect(await servedFor(facade, outside)).toBe('legacy'));
    expect(await servedFor(facade, inside)).toBe('trips');
    const more = await movedBy(source, { percent: 0.26, isFine: true });
    expect(quarter.filter((user) => !more.includes(user))).toEqual([]);
    expect(more.length - quarter.length).toBeLessThan(12);
  });

  test('the stickiness that somebody chose there changes nobody', async () => {
    const facade = await facadeWithUnleash();
    const source = sourceIn(facade.folder);
    const wanted = await movedBy(source, { percent: 10, stickiness: 'userId' });
    for (const stickiness of ['default', 'random', 'sessionId']) {
      expect(await movedBy(source, { percent: 10, stickiness })).toEqual(wanted);
      const served = [wanted[0], many.find((user) => !wanted.includes(user))].map((user = '') =>
        servedFor(facade, user),
      );
      expect(await Promise.all(served)).toEqual(['trips', 'legacy']);
    }
  });

  test.each([401, 503])(
    'a %i in front of it for a moment moves nobody, and changes are heard after it',
    async (status) => {
      await unleash.setFlag(flag, [{ percent: 100, users: ['42'] }]);
      let told: number | undefined;
      let refusedCount = 0;
      const door = await sides.node((request, response) => {
        if (told !== undefined && request.url?.includes('/client/features')) {
          refusedCount += 1;
          response.writeHead(told).end('{}');
        } else void passOn(new URL(request.url ?? '', unleash.url), request, response);
      });
      const facade = await facadeWithUnleash({ FACADE_UNLEASH_URL: `${door}/api` });
      await eventually(async () => expect(await servedFor(facade, '42')).toBe('trips'));
      told = status;
      await eventually(() => expect(refusedCount).toBeGreaterThan(0));
      await unleash.setFlag(flag, [{ percent: 100, users: ['43'] }]);
      expect([await servedFor(facade, '42'), await servedFor(facade, '43')]).toEqual(['trips', 'legacy']);
      told = undefined;
      await eventually(async () => expect(await servedFor(facade, '43')).toBe('trips'));
      expect(await servedFor(facade, '42')).toBe('legacy');
    },
  );

  test('decisions stay as they were while it is dead; back again, its changes are taken over', async () => {
    await unleash.setFlag(flag, [{ percent: 100, users: ['42'] }]);
    const facade = await facadeWithUnleash();
    // Unleash itself hands out its flags from a cache of less than a second.
    await eventually(async () => expect(await servedFor(facade, '42')).toBe('trips'));
    await unleash.kill();
    await eventually(async () =>
      expect(await flagsOf(facade)).toMatchObject({
        kind: 'synchronized',
        why: expect.stringContaining('the last flags stay in force') as string,
      }),
    );
    expect([await servedFor(facade, '42'), await servedFor(facade, '43')]).toEqual(['trips', 'legacy']);

    const restarted = await facadeWithUnleash();
    expect((await fetch(`${restarted.adminUrl}/ready`)).status).toBe(200);
    expect(await servedFor(restarted, '42')).toBe('legacy');
    // Its start does not wait longer than it was told, on a slow machine not for the refusal either.
    await eventually(async () => {
      expect(await flagsOf(restarted)).toMatchObject({
        kind: 'none',
        ageSeconds: null,
        why: expect.stringContaining('ECONNREFUSED') as string,
      });
    });

    await unleash.start();
    await unleash.setFlag(flag, [{ percent: 100, users: ['43'] }]);
    for (const running of [facade, restarted]) {
      await eventually(async () => expect(await servedFor(running, '43')).toBe('trips'));
      await eventually(async () => expect(await servedFor(running, '42')).toBe('legacy'));
    }
  });

  test('a start without it may go by the flags of the start before, where that is configured', async () => {
    await unleash.setFlag(flag, [{ percent: 100, users: ['42'] }]);
    const first = await facadeWithUnleash();
    await eventually(async () => expect(await servedFor(first, '42')).toBe('trips'));
    await unleash.kill();
    const cached = await facadeWithUnleash(
      { FACADE_FLAG_START: 'cached', FACADE_FLAG_START_WAIT_MS: '10' },
      first.folder,
    );
    await eventually(async () => expect(await flagsOf(cached)).toMatchObject({ kind: 'cached' }));
    expect(await servedFor(cached, '42')).toBe('trips');
    const wary = await facadeWithUnleash(
      { FACADE_FLAG_START: 'cached', FACADE_FLAG_MAX_STALE_SECONDS: '0', FACADE_FLAG_START_WAIT_MS: '10' },
      first.folder,
    );
    expect(await servedFor(wary, '42')).toBe('legacy');
    await unleash.start();
  });

  test('a token that it refuses is told to the operator, and legacy decides', async () => {
    const facade = await facadeWithUnleash({ FACADE_UNLEASH_TOKEN: '*:development.wrong' });
    expect(await flagsOf(facade)).toMatchObject({ kind: 'none', why: expect.stringContaining('401') as string });
    expect(await servedFor(facade, '42')).toBe('legacy');
  });
});
