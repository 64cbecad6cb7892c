import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { openDatabase, silentLogger, type Database, type Secret } from '@banyan/platform';
import { shippedFiles } from '@banyan/routing-rules';
import { startSandbox, type Sandbox } from '@banyan/sandbox';
import { banyan } from '../harness/banyan-command.ts';
import { documentedCalls } from '../docs/admin-calls.ts';
import { metricsReference } from '../docs/metrics-reference.ts';
import { facadeAdmin, type FacadeAdmin } from '../harness/facade-admin.ts';
import { quickFolder } from '../harness/quick-folder.ts';
import { logIn, riderAt, tripListSchema, tripSchema, type Rider, type Trip } from '../harness/rider.ts';
import { appliedSince, readSync, type SyncCounts } from '../harness/sync-counts.ts';

/** What the issue promises: on the other side within a second. */
const soon = { timeout: 1_000, interval: 20 };
const eventually = { timeout: 15_000, interval: 50 };
const rules = fileURLToPath(shippedFiles.rules);
const firstExtractedId = 1_000_000_000;

describe.each(['embedded', 'kafka'] as const)('the story on the %s bus', (bus) => {
  let folder: string;
  let sandbox: Sandbox;
  let legacy: Database;
  let trips: Database;
  let admin: FacadeAdmin;
  let user42: Rider;
  let user43: Rider;

  const run = (...args: readonly string[]) => banyan(folder, ...args);
  const open = (url: Secret): Database => openDatabase({ url, applicationName: 'story', log: silentLogger });

  beforeAll(async () => {
    folder = await mkdtemp(join(await quickFolder(), 'banyan-story-'));
    sandbox = await startSandbox({ dataDir: folder, isFresh: false, bus, traffic: 0 });
    legacy = open(sandbox.state.monolith.databaseUrl);
    trips = open(sandbox.state.tripService.databaseUrl);
    admin = facadeAdmin(sandbox.state.facade);
    const { url } = sandbox.state.facade;
    user42 = riderAt(url, await logIn(url, 42));
    user43 = riderAt(url, await logIn(url, 43));
  });

  afterAll(async () => {
    await Promise.all([legacy, trips].map((database) => database.close()));
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  });

  let before: SyncCounts;
  let first: Trip;
  let second: Trip;
  let sweptCount: number;

  test('the snapshot brought every trip and vehicle to the services', async () => {
    const { rows } = await legacy.query<{ count: string }>('select count(*) from trip_mst');
    const copied = await trips.query<{ count: string }>('select count(*) from trip');
    expect(copied.rows).toEqual(rows);
    before = await readSync(sandbox.state.sync.url);
    expect(before.applied['legacy.trip_mst']).toBe(Number(rows[0]?.count));
  });

  test('user 42 creates a trip through the facade: legacy serves it, and the trip service has it within a second', async () => {
    const created = await user42.post('/trips', {
      pickup: { lat: 37.5665, lon: 126.978 },
      dropoff: { lat: 37.5512, lon: 126.9882 },
    });
    expect(created).toMatchObject({ status: 201, side: 'legacy' });
    first = tripSchema.parse(created.body);
    expect(first.id).toBeLessThan(firstExtractedId);
    const inLegacy = await legacy.query('select usr_no, stat_cd from trip_mst where trip_no = $1', [first.id]);
    expect(inLegacy.rows).toEqual([{ usr_no: 42, stat_cd: 10 }]);
    await vi.waitFor(async () => {
      const { rows } = await trips.query('select user_id, status from trip where id = $1', [first.id]);
      expect(rows).toEqual([{ user_id: 42, status: 'requested' }]);
    }, soon);
  });

  test('one flag moves user 42: his next request is served by the trip service with the old trip, everybody else stays', async () => {
    expect(await run('flags', 'set', 'trips.cutover', '--user', '42')).toMatchObject({ exitCode: 0 });
    const read = await user42.get(`/trips/${first.id}`);
    expect(read).toMatchObject({ status: 200, side: 'extracted' });
    expect(read.body).toMatchObject({ id: first.id, status: 'requested' });
    expect(await user43.get('/trips')).toMatchObject({ status: 200, side: 'legacy' });
  });

  test('a new trip is created by the trip service and shows up in the legacy tables, translated', async () => {
    const created = await user42.post('/trips', {
      pickup: { lat: 37.5665, lon: 126.978 },
      dropoff: { lat: 37.5512, lon: 126.9882 },
    });
    expect(created).toMatchObject({ status: 201, side: 'extracted' });
    second = tripSchema.parse(created.body);
    expect(second.id).toBeGreaterThanOrEqual(firstExtractedId);
    await vi.waitFor(async () => {
      const { rows } = await legacy.query('select usr_no, stat_cd, st_pt, dist_mi from trip_mst where trip_no = $1', [
        second.id,
      ]);
      const distanceMiles = (second.distanceMetres / 1609.344).toFixed(2);
      expect(rows).toEqual([{ usr_no: 42, stat_cd: 10, st_pt: '37.566500,126.978000', dist_mi: distanceMiles }]);
    }, soon);
  });

  test('the legacy batch job changes a status by SQL, and the trip service sees it', async () => {
    const swept = await run('monolith', 'sweep', '--older-than-minutes', '0');
    expect(swept.exitCode).toBe(0);
    sweptCount = (JSON.parse(swept.out) as { sweptCount: number }).sweptCount;
    await vi.waitFor(async () => {
      const { side, body } = await user42.get(`/trips/${first.id}`);
      expect(side).toBe('extracted');
      expect(body).toMatchObject({ status: 'cancelled', cancelReason: 'NO SHOW' });
    }, eventually);
  });

  test('switched off, user 42 is back on legacy with both trips', async () => {
    expect(await run('flags', 'set', 'trips.cutover', '--off')).toMatchObject({ exitCode: 0 });
    const answer = await user42.get('/trips?limit=100');
    expect(answer).toMatchObject({ status: 200, side: 'legacy' });
    const ids = tripListSchema.parse(answer.body).items.map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining([first.id, second.id]));
  });

  test('a plan over a sample of the traffic says who would move, before anybody does', async () => {
    const sampling = run('traffic', 'sample', '--seconds', '3', '--include-subjects');
    await vi.waitFor(async () => expect(await admin.text('/samples/current')).toContain('"endedAt":null'), eventually);
    expect([(await user42.get('/trips')).side, (await user43.get('/trips')).side]).toEqual(['legacy', 'legacy']);
    const sample = join(folder, 'sample.ndjson');
    await writeFile(sample, (await sampling).out);
    const plan = (...options: readonly string[]) => run('rules', 'plan', rules, rules, '--traffic', sample, ...options);
    expect(await plan()).toMatchObject({ exitCode: 0, out: expect.stringMatching(/^0 of \d+ requests/m) as string });
    const moving = await plan('--flag', 'trips.cutover=42', '--json');
    expect(moving.exitCode).toBe(4);
    expect(JSON.parse(moving.out)).toMatchObject({
      plan: { movedCount: 1, scopes: [{ capability: 'trips', move: 'to-extracted', count: 1, scopes: ['42'] }] },
    });
    expect((await user42.get('/trips')).side).toBe('legacy');
  });

  test('nothing echoed: the counts of applied changes are exact', async () => {
    await vi.waitFor(async () => {
      const now = await readSync(sandbox.state.sync.url);
      // One trip and the swept ones went across; one trip came back, and legacy's capture saw and dropped exactly that.
      expect(appliedSince(before, now)).toEqual({ 'legacy.trip_mst': 1 + sweptCount, 'trips.trip': 1 });
      expect(now.echoes.legacy - before.echoes.legacy).toBe(1);
      expect(now.echoes.trips - before.echoes.trips).toBe(1 + sweptCount);
      expect(now.parkedCount).toBe(0);
    }, eventually);
  });

  test('both sides answer the same for the same trips', async () => {
    const { monolith, tripService } = sandbox.state;
    const token = await logIn(sandbox.state.facade.url, 42);
    const answers = await Promise.all(
      [monolith, tripService].map(({ url }) => riderAt(url, token).get('/trips?limit=100')),
    );
    const [bySideOne, bySideTwo] = answers.map(({ body }) =>
      tripListSchema.parse(body).items.filter(({ id }) => id < first.id),
    );
    expect(bySideOne?.length).toBeGreaterThan(0);
    expect(bySideTwo).toEqual(bySideOne);
  });

  test('a vehicle registered at the vehicle service shows up in the legacy tables, translated, and stays when all move back', async () => {
    const operator = riderAt(sandbox.state.facade.url, await logIn(sandbox.state.facade.url, 1));
    await run('flags', 'set', 'vehicles.cutover', '--percent', '100');
    const vehicle = {
      plate: '99-STORY',
      model: 'Roadrunner',
      vin: 'KMHSTORY000000001',
      energy: { kind: 'fuel', litres: 37.85 },
    };
    const created = await operator.post('/vehicles', vehicle);
    expect(created).toMatchObject({ status: 201, side: 'extracted', body: vehicle });
    const { id } = created.body as { id: number };
    await vi.waitFor(async () => {
      const { rows } = await legacy.query(
        'select plate_no, pwr_typ, aux_val, stat_cd from vhcl_mst where vhcl_no = $1',
        [id],
      );
      expect(rows).toEqual([{ plate_no: '99-STORY', pwr_typ: 'G', aux_val: '10.00', stat_cd: 1 }]);
    }, eventually);
    await run('flags', 'set', 'vehicles.cutover', '--off');
    expect(await operator.get(`/vehicles/${id}`)).toMatchObject({ status: 200, side: 'legacy', body: vehicle });
  });

  test('while the trip service is dead, reads fall back to legacy and say so, writes get 503, and nothing hangs', async () => {
    await run('flags', 'set', 'trips.cutover', '--user', '42');
    sandbox.processes.kill('trip-service');
    const read = await user42.get(`/trips/${first.id}`);
    expect(read).toMatchObject({ status: 200, side: 'legacy' });
    expect(read.fallback).not.toBeNull();
    expect(await admin.metric('facade_fallbacks_total')).toBeGreaterThan(0);
    const write = await user42.post('/trips', { pickup: { lat: 37.5, lon: 127 }, dropoff: { lat: 37.6, lon: 127 } });
    expect(write.status).toBe(503);
    expect(write.headers.get('content-type')).toContain('application/problem+json');
    expect(Number(write.headers.get('retry-after'))).toBeGreaterThan(0);
    await sandbox.processes.start('trip-service');
    await vi.waitFor(
      async () => expect(await user42.get(`/trips/${first.id}`)).toMatchObject({ status: 200, side: 'extracted' }),
      eventually,
    );
  });

  test('while Unleash is dead decisions stay as they were, and its restart brings changes', async () => {
    sandbox.processes.kill('unleash');
    await vi.waitFor(async () => expect((await admin.status()).flags.why).toMatch(/\S/), eventually);
    expect(await user42.get('/trips')).toMatchObject({ side: 'extracted' });
    expect(await user43.get('/trips')).toMatchObject({ side: 'legacy' });
    expect(await run('flags', 'set', 'trips.cutover', '--off')).toMatchObject({
      exitCode: 1,
      err: expect.stringContaining('Unleash does not answer') as string,
    });
    await sandbox.processes.start('unleash');
    expect(await run('flags', 'set', 'trips.cutover', '--user', '43')).toMatchObject({ exitCode: 0 });
    expect(await user43.get('/trips')).toMatchObject({ side: 'extracted' });
    expect(await user42.get('/trips')).toMatchObject({ side: 'legacy' });
  });

  test('the facade restarted without Unleash decides legacy and says why; a local order works', async () => {
    await sandbox.processes.stop('unleash');
    await sandbox.processes.restart('facade');
    expect(await user43.get('/trips')).toMatchObject({ status: 200, side: 'legacy' });
    const { flags } = await admin.status();
    expect(flags.kind).toBe('none');
    expect(flags.why).toMatch(/unleash/i);
    const order = ['override', 'set', 'trips', 'extracted', '--subject', '43', '--reason', 'the story'];
    expect(await run(...order)).toMatchObject({ exitCode: 0 });
    expect(await user43.get('/trips')).toMatchObject({ status: 200, side: 'extracted' });
    expect(await user42.get('/trips')).toMatchObject({ status: 200, side: 'legacy' });
    expect((await run('rules', 'explain', 'GET', '/trips', '--user', '43')).out).toMatch(/→ override .*the story/);
    await run('override', 'clear', 'trips', '--subject', '43');
    expect(await user43.get('/trips')).toMatchObject({ status: 200, side: 'legacy' });
    await sandbox.processes.start('unleash');
    await vi.waitFor(async () => expect(await user43.get('/trips')).toMatchObject({ side: 'extracted' }), eventually);
  });

  test('at 50 % half of 10,000 users are extracted, the same ones every time, and 25 % is a subset of them', async () => {
    await run('flags', 'set', 'trips.cutover', '--percent', '50');
    const half = await admin.extractedAmong(10_000);
    expect(half.size).toBeGreaterThanOrEqual(4_850);
    expect(half.size).toBeLessThanOrEqual(5_150);
    expect(await admin.extractedAmong(2_000)).toEqual(new Set([...half].filter((subject) => subject <= 2_000)));
    await run('flags', 'set', 'trips.cutover', '--percent', '25');
    const quarter = await admin.extractedAmong(10_000);
    expect([...quarter].filter((subject) => !half.has(subject))).toEqual([]);
    expect(quarter.size).toBeGreaterThan(2_200);
    await run('flags', 'set', 'trips.cutover', '--off');
  });

  test('the reference names every metric and only calls that exist (npx vitest -u writes the metrics)', async () => {
    const { facade, sync, tripService, vehicleService } = sandbox.state;
    const textOf = (url: string) => async () => (await fetch(`${url}/metrics`)).text();
    const metrics = await metricsReference({
      facade: () => admin.text('/metrics'),
      sync: textOf(sync.url),
      'trip-service': textOf(tripService.url),
      'vehicle-service': textOf(vehicleService.url),
    });
    await expect(metrics).toMatchFileSnapshot('../../../docs/reference/metrics.md');
    for (const { section, method, path } of await documentedCalls()) {
      const authorization = `Bearer ${facade.adminToken.reveal()}`;
      const url = (section === 'Facade' ? facade.adminUrl : sync.url) + path;
      const answer = await fetch(url, { method, headers: { authorization } });
      expect([section, method, path, (await answer.text()).includes('no-such-route')]).toEqual([
        section,
        method,
        path,
        false,
      ]);
    }
  });
});
