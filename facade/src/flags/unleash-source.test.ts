import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Secret } from '@banyan/platform';
import { captureLog, type CapturedLog } from '@banyan/platform/testing';
import { eventually } from '../testing/eventually.ts';
import { startFakeUnleash, type FakeUnleash, type PollAnswer } from '../testing/fake-unleash.ts';
import { createFlagBackup, type FlagBackup, type SavedFlags } from './flag-backup.ts';
import type { FlagSource } from './flag-source.ts';
import { createUnleashSource } from './unleash-source.ts';

vi.setConfig({ testTimeout: 40_000 });

let unleash: FakeUnleash;
let folder: string;
let backup: FlagBackup;
let captured: CapturedLog;
let replacedCount = 0;
const open: FlagSource[] = [];

beforeEach(async () => {
  unleash = await startFakeUnleash();
  folder = await mkdtemp(join(tmpdir(), 'banyan-flags-'));
  backup = createFlagBackup(join(folder, 'flags.json'));
  captured = captureLog();
  replacedCount = 0;
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((source) => source.close()));
  await unleash.kill();
  await rm(folder, { recursive: true });
});

function sourceWith(startWith?: SavedFlags, url = unleash.url): FlagSource {
  const source = createUnleashSource({
    url,
    token: new Secret('*:development.token'),
    instanceId: 'test',
    refreshMs: 30,
    backup,
    startWith,
    silenceLimitMs: 200,
    log: captured.log,
    onChange: () => undefined,
    onPollerReplaced: () => (replacedCount += 1),
    nowMs: Date.now,
  });
  open.push(source);
  return source;
}

async function synchronisedSource(): Promise<FlagSource> {
  const source = sourceWith();
  await source.settled(10_000);
  expect(source.status()).toMatchObject({ kind: 'synchronized', why: 'Unleash answers' });
  return source;
}

const sees = (source: FlagSource, user: string, isOn: boolean): Promise<void> =>
  eventually(() => expect(source.isEnabled('trips.cutover', user)).toBe(isOn));

describe('flags from Unleash', () => {
  test('are asked with the scope key; a flag nobody defined is not known', async () => {
    unleash.setUsers(['42']);
    const source = await synchronisedSource();
    expect(['42', '43'].map((user) => source.isEnabled('trips.cutover', user))).toEqual([true, false]);
    expect(source.isEnabled('no.such.flag', '42')).toBeUndefined();
    expect(source.definition('trips.cutover')).toMatchObject({ name: 'trips.cutover', enabled: true });
  });

  test('change while the facade runs', async () => {
    const source = await synchronisedSource();
    unleash.setUsers(['42']);
    await sees(source, '42', true);
  });

  test.each<{ readonly answers: readonly PollAnswer[] }>([
    { answers: [401] },
    { answers: [403] },
    { answers: ['not json'] },
    { answers: ['no flags in it'] },
    { answers: Array<PollAnswer>(8).fill(503) },
    { answers: ['hang'] },
  ])('stay in force while polls are answered $answers, and change again after that', async ({ answers }) => {
    unleash.setUsers(['42']);
    const source = await synchronisedSource();
    const before = unleash.pollCount();
    unleash.answerNext(answers);
    await eventually(() => expect(unleash.pollCount()).toBeGreaterThan(before));
    expect(source.isEnabled('trips.cutover', '42')).toBe(true);
    unleash.setUsers(['43']);
    await sees(source, '43', true);
    expect(source.isEnabled('trips.cutover', '42')).toBe(false);
  });

  test('a poller that was told 401 for long is replaced, and the operator is told once', async () => {
    const source = await synchronisedSource();
    unleash.answerAlways(401);
    await eventually(() => expect(replacedCount).toBeGreaterThan(1));
    expect(source.status()).toMatchObject({ kind: 'synchronized', why: expect.stringContaining('401') as string });
    unleash.answerAlways('flags');
    await eventually(() => expect(source.status().why).toBe('Unleash answers'));
    const events = captured.lines.map(({ event }) => event);
    expect(events).toEqual(['flags.synchronized', 'flags.stale', 'flags.synchronized']);
  });

  test('stay in force when Unleash is killed; it is heard again when it is back', async () => {
    unleash.setUsers(['42']);
    const source = await synchronisedSource();
    await unleash.kill();
    await eventually(() => expect(source.status().why).toContain('the last flags stay in force'));
    expect(source.isEnabled('trips.cutover', '42')).toBe(true);
    expect(source.status().ageSeconds).toBeGreaterThan(0.1);
    unleash.setUsers([]);
    await unleash.revive();
    await sees(source, '42', false);
  });

  test('a poll that fails after the end does not disturb the process', async () => {
    const source = await synchronisedSource();
    unleash.answerAlways('hang');
    const before = unleash.pollCount();
    await eventually(() => expect(unleash.pollCount()).toBeGreaterThan(before));
    await source.close();
    await unleash.kill();
    unleash.answerAlways(401);
    await unleash.revive();
    // The SDK repeats the cut poll and is refused; an `error` event that nobody listens to fails the whole run.
    await eventually(() => expect(unleash.pollCount()).toBeGreaterThan(before + 1));
  });
});

describe('a start without Unleash', () => {
  async function saved(): Promise<SavedFlags> {
    const reading = await backup.load();
    return reading.kind === 'saved' ? reading.flags : expect.unreachable(reading.why);
  }

  test('knows nothing, and says why', async () => {
    // Not the port of a server that was stopped: it may be another test's by now.
    const source = sourceWith(undefined, 'http://127.0.0.1:1/api');
    await source.settled(20_000);
    expect(source.isEnabled('trips.cutover', '42')).toBeUndefined();
    expect(source.status()).toEqual({
      kind: 'none',
      ageSeconds: null,
      why: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  test('ends its wait when the poller that took over from a silent one fails, and says why', async () => {
    unleash.answerAlways('hang');
    const source = sourceWith();
    const settled = source.settled(20_000);
    await eventually(() => expect(replacedCount).toBeGreaterThan(0));
    await unleash.kill();
    await settled;
    expect(source.status()).toMatchObject({ kind: 'none', why: expect.stringMatching(/ECONN|hang up/) as string });
  });

  test('may go by the flags of an earlier process, which are shown as cached with their age', async () => {
    unleash.setUsers(['42']);
    const earlier = await synchronisedSource();
    await eventually(saved);
    await earlier.close();
    await unleash.kill();
    const source = sourceWith(await saved());
    await sees(source, '42', true);
    expect(source.status()).toMatchObject({
      kind: 'cached',
      why: expect.stringContaining('from the backup') as string,
    });
    expect(source.status().ageSeconds).toBeGreaterThanOrEqual(0);
    await unleash.revive();
    await eventually(() => expect(source.status().kind).toBe('synchronized'));
  });
});

describe('the backup', () => {
  test('is not written any more when the source has closed', async () => {
    let finish: () => void = () => undefined;
    let savedCount = 0;
    const save = async (): Promise<void> => {
      savedCount += 1;
      await new Promise<void>((resolve) => (finish = resolve));
    };
    backup = { load: () => expect.unreachable(), save };
    const source = await synchronisedSource();
    await eventually(() => expect(savedCount).toBe(1));
    let isClosed = false;
    const closing = source.close().then(() => (isClosed = true));
    // What is being written comes to its end first.
    await new Promise(setImmediate);
    expect(isClosed).toBe(false);
    finish();
    await closing;
  });

  test('says why there is none', async () => {
    expect(await backup.load()).toEqual({ kind: 'none', why: `there is no backup at ${join(folder, 'flags.json')}` });
  });

  test('is refused when it was damaged', async () => {
    await backup.save({ savedAtMs: 1_000, data: { features: [] } });
    expect(await backup.load()).toEqual({ kind: 'saved', flags: { savedAtMs: 1_000, data: { features: [] } } });
    const path = join(folder, 'flags.json');
    for (const damaged of ['', '{}', 'x', (await readFile(path, 'utf8')).replace('[]', '[1]')]) {
      await writeFile(path, damaged);
      expect(await backup.load()).toEqual({ kind: 'none', why: `the backup at ${path} is damaged` });
    }
  });

  test('that cannot be written is a warning, not a failure', async () => {
    await rm(folder, { recursive: true, maxRetries: 5 });
    await writeFile(folder, 'a file where the folder should be');
    const source = await synchronisedSource();
    await eventually(() => expect(captured.lines.map(({ event }) => event)).toContain('flags.backup-failed'));
    expect(source.status().kind).toBe('synchronized');
  });
});
