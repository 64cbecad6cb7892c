import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { captureLog, type CapturedLog } from '@banyan/platform/testing';
import { eventually } from '../testing/eventually.ts';
import type { Override, OverrideSet } from './override.ts';
import { parseOverrides } from './override-file.ts';
import { openOverrides, type Overrides, type OverridesParts } from './overrides.ts';

const now = '2026-11-21T03:04:05.000Z';
const toLegacy: Override = { capability: 'trips', side: 'legacy', reason: 'wrong fares', since: now, by: 'admin' };

let folder: string;
let path: string;
let captured: CapturedLog;
const open: Overrides[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-overrides-'));
  path = join(folder, 'overrides.yaml');
  captured = captureLog();
});
afterEach(async () => {
  open.splice(0).forEach((overrides) => overrides.close());
  await rm(folder, { recursive: true });
});

async function opened(onChange: OverridesParts['onChange'] = () => undefined, at = path): Promise<Overrides> {
  const overrides = await openOverrides({
    path: at,
    capabilities: () => ['trips', 'vehicles'],
    log: captured.log,
    onChange,
    now: () => now,
  });
  open.push(overrides);
  return overrides;
}

const sideOf = (overrides: Overrides, subject?: string): string | undefined =>
  overrides.current().orderFor('trips', subject)?.side;
const sideIn = (orders: OverrideSet): string | undefined => orders.orderFor('trips', undefined)?.side;
const events = (): readonly string[] => captured.lines.map(({ event }) => event);

describe('an order', () => {
  test('for one subject beats the one for everybody', async () => {
    const overrides = await opened();
    await overrides.set(toLegacy);
    await overrides.set({ ...toLegacy, side: 'extracted', subject: '42' });
    expect([sideOf(overrides, '42'), sideOf(overrides, '43'), sideOf(overrides)]).toEqual([
      'extracted',
      'legacy',
      'legacy',
    ]);
    expect(overrides.current().orderFor('vehicles', '42')).toBeUndefined();
  });

  test('given at the admin endpoint survives a restart', async () => {
    const first = await opened();
    expect(await first.set({ ...toLegacy, subject: '42' })).toEqual({ isPersisted: true });
    first.close();
    expect((await opened()).current().all).toEqual([{ ...toLegacy, subject: '42' }]);
  });

  test('is cleared; one that was never given is not', async () => {
    const overrides = await opened();
    await overrides.set(toLegacy);
    expect(overrides.clear({ capability: 'vehicles' }, 'admin')).toBeUndefined();
    expect(await overrides.clear({ capability: 'trips' }, 'admin')).toEqual({ isPersisted: true });
    expect(sideOf(overrides)).toBeUndefined();
  });

  test('is in force when its file cannot be written, and says that a restart will not know it', async () => {
    await mkdir(path);
    const overrides = await opened();
    expect(await overrides.set(toLegacy)).toMatchObject({ isPersisted: false });
    expect(sideOf(overrides)).toBe('legacy');
  });

  test('without a file lives as long as the process', async () => {
    const overrides = await openOverrides({
      path: undefined,
      capabilities: () => ['trips'],
      log: captured.log,
      onChange: () => undefined,
      now: () => now,
    });
    expect(await overrides.set(toLegacy)).toEqual({ isPersisted: false, why: 'FACADE_OVERRIDE_FILE is not set' });
    expect(sideOf(overrides)).toBe('legacy');
  });

  test('is told once for each change: what was, what is and who', async () => {
    const told: unknown[] = [];
    const overrides = await opened((after, before, by) => told.push([sideIn(before), sideIn(after), by]));
    await overrides.set(toLegacy);
    await overrides.clear({ capability: 'trips' }, 'admin');
    expect(told).toEqual([
      [undefined, 'legacy', 'admin'],
      ['legacy', undefined, 'admin'],
    ]);
  });

  test('many at once are all kept, in memory and in the file', async () => {
    const overrides = await opened();
    const subjects = Array.from({ length: 20 }, (_, index) => String(index));
    await Promise.all(subjects.map((subject) => overrides.set({ ...toLegacy, subject })));
    expect(overrides.current().all).toHaveLength(20);
    overrides.close();
    expect((await opened()).current().all).toHaveLength(20);
  });
});

describe('in an emergency', () => {
  test('every capability goes to legacy, with all whom an order holds on the extracted side; again changes nothing', async () => {
    const told: unknown[] = [];
    const overrides = await opened((after, _before, by) => told.push([after.all.length, by]));
    await overrides.set({ ...toLegacy, capability: 'trips', reason: 'before' });
    await overrides.set({ ...toLegacy, side: 'extracted', subject: '42' });
    await overrides.set({ ...toLegacy, side: 'extracted', capability: 'vehicles' });
    expect(await overrides.sendAllToLegacy('SIGUSR2', 'signal')).toEqual({ isPersisted: true });
    expect([sideOf(overrides), sideOf(overrides, '42')]).toEqual(['legacy', 'legacy']);
    const orders = overrides.current().all.map(({ capability, side, reason, by }) => [capability, side, reason, by]);
    expect(orders).toEqual([
      ['trips', 'legacy', 'before', 'admin'],
      ['vehicles', 'legacy', 'SIGUSR2', 'signal'],
    ]);
    const before = overrides.current().all;
    await overrides.sendAllToLegacy('SIGUSR2', 'signal');
    expect(overrides.current().all).toEqual(before);
    overrides.close();
    expect((await opened()).current().all).toEqual(before);
  });
});

describe('the file', () => {
  test('is taken over when somebody writes it', async () => {
    const overrides = await opened();
    await writeFile(
      path,
      'overrides:\n  - capability: trips\n    side: extracted\n    subject: 42\n    reason: trial\n',
    );
    await eventually(() => expect(sideOf(overrides, '42')).toBe('extracted'));
    expect(overrides.current().all).toEqual([
      { capability: 'trips', side: 'extracted', subject: '42', reason: 'trial', since: now, by: 'file' },
    ]);
  });

  test('that is bad is refused with all problems; the last good orders stay', async () => {
    const overrides = await opened();
    await overrides.set(toLegacy);
    await writeFile(
      path,
      'overrides: [{ capability: trip, side: legacy, reason: x }, { capability: trip, side: legacy, reason: x }]',
    );
    await eventually(() => expect(overrides.problems()).toHaveLength(3));
    expect(sideOf(overrides)).toBe('legacy');
    expect(events()).toContain('overrides.refused');
  });

  test('that vanishes lifts no order', async () => {
    const overrides = await opened();
    await overrides.set(toLegacy);
    await rm(path);
    await eventually(() => expect(overrides.problems()).toEqual(['the file is gone']));
    expect(sideOf(overrides)).toBe('legacy');
  });

  test('that is bad at the start is reported; flags decide until it is mended', async () => {
    await writeFile(path, 'overrides: nonsense');
    const overrides = await opened();
    expect([overrides.problems().length, sideOf(overrides)]).toEqual([1, undefined]);
    await writeFile(path, '{"overrides":[{"capability":"trips","side":"legacy","reason":"x"}]}');
    await eventually(() => expect(sideOf(overrides)).toBe('legacy'));
    expect(overrides.problems()).toEqual([]);
  });

  test('is JSON where its name says so', async () => {
    const overrides = await opened(undefined, join(folder, 'overrides.json'));
    await overrides.set(toLegacy);
    expect(JSON.parse(await readFile(join(folder, 'overrides.json'), 'utf8'))).toEqual({ overrides: [toLegacy] });
  });

  test.each([
    ['overrides: [', 'YAML'],
    ['overrides: [{ capability: trips, side: new, reason: x }]', 'an unknown side'],
    ['overrides: [{ capability: trips, side: legacy }]', 'no reason'],
    ['overrides: [{ capability: trips, side: legacy, reason: x, who: me }]', 'an unknown key'],
    ['[1]', 'no mapping'],
    ['a: &a [x]\noverrides: *a', 'an alias'],
  ])('%j is refused: %s', (text) => {
    expect(parseOverrides(text, { capabilities: ['trips'], now }).kind).toBe('refused');
  });

  test.each(['', '\n', 'overrides:', 'overrides: []'])('%j holds no orders', (text) => {
    expect(parseOverrides(text, { capabilities: [], now })).toEqual({ kind: 'read', overrides: [], lifted: [] });
  });
});
